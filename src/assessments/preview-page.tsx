import type { Child } from 'hono/jsx';
import type { Words } from '../ui/index.ts';
import type { AssessmentRow } from './assessments.ts';
import { KeyedItem } from './keyed-item.tsx';
import type { PinnedItem } from './session-state.ts';

type PreviewProps = { words: Words; kept: AssessmentRow; items: readonly PinnedItem[]; another: string };

/** A paper with its key. */
export const PreviewPage = ({ words, kept, items, another }: PreviewProps) => (
  <PreviewFrame words={words} kept={kept}>
    <p>
      <a href={another}>{words('previewAnother')}</a>
    </p>
    <h2>
      {words('previewTotal', { items: items.length, marks: items.reduce((sum, { item }) => sum + item.maxScore, 0) })}
    </h2>
    {items.map(({ itemId, item, rendered, shown }, index) => (
      <KeyedItem
        words={words}
        number={index + 1}
        item={item}
        rendered={rendered}
        choiceOrder={shown.type === 'choice' ? shown.choices.map(({ id }) => id) : undefined}
      >
        <p>
          <a href={`/staff/items/${itemId}`} aria-label={words('keyEditNumber', { number: index + 1 })}>
            {words('keyEdit')}
          </a>
        </p>
      </KeyedItem>
    ))}
  </PreviewFrame>
);

type FrameProps = { words: Words; kept: Pick<AssessmentRow, 'id' | 'title'>; children?: Child };

export const PreviewFrame = ({ words, kept, children }: FrameProps) => (
  <>
    <p>
      <a href={`/staff/assessments/${kept.id}`}>{kept.title}</a>
    </p>
    <h1>{words('asmPreview')}</h1>
    <p class="note">{words('previewNote')}</p>
    {children}
  </>
);
