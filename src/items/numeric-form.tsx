import { Choose, numberOf, TextField } from '../ui/index.ts';
import { given, type ItemForm } from './item-form.tsx';

const show = (value: number | undefined) => (value === undefined ? '' : String(value));

export const numericForm: ItemForm<'numeric'> = {
  label: 'itemNumeric',
  fill: (item) => ({
    answer: show(item?.answer),
    toleranceKind: item?.tolerance?.kind ?? '',
    toleranceValue: show(item?.tolerance?.value),
    unit: item?.unit ?? '',
    significantFigures: show(item?.significantFigures),
  }),
  read: (fields) => ({
    input: {
      answer: numberOf(fields.answer),
      tolerance: given(fields.toleranceKind) && { kind: fields.toleranceKind, value: numberOf(fields.toleranceValue) },
      unit: given(fields.unit)?.trim(),
      significantFigures: numberOf(fields.significantFigures),
    },
    controls: {
      '/answer': 'answer',
      '/tolerance': 'toleranceKind',
      '/tolerance/value': 'toleranceValue',
      '/unit': 'unit',
      '/significantFigures': 'significantFigures',
    },
  }),
  carry: ({ reading, range, alternatives, partial, feedback }) => ({ reading, range, alternatives, partial, feedback }),
  Body: (parts) => {
    const { words } = parts;
    return (
      <>
        <TextField {...parts} name="answer" label={words('itemAnswer')} inputmode="decimal" />
        <Choose
          {...parts}
          name="toleranceKind"
          label={words('itemTolerance')}
          options={[
            ['', words('itemToleranceNone')],
            ['absolute', words('itemToleranceAbsolute')],
            ['relative', words('itemToleranceRelative')],
            ['geometric', words('itemToleranceGeometric')],
          ]}
        />
        <TextField {...parts} name="toleranceValue" label={words('itemToleranceValue')} inputmode="decimal" />
        <TextField {...parts} name="unit" label={words('itemUnit')} note={words('itemUnitNote')} maxlength={32} />
        <TextField {...parts} name="significantFigures" label={words('itemFigures')} inputmode="numeric" />
      </>
    );
  },
};
