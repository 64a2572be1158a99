import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import { BLANK_MARK } from '../content/index.ts';
import { Choose, CsrfField, type FormParts, ProblemSummary, TextArea, TextField, type Words } from '../ui/index.ts';
import type { Item, ItemType } from './item.ts';
import { difficultyWords, itemForms } from './item-forms.ts';
import type { StaffItem } from './items.ts';
import type { Rendered } from './rendered.ts';

type ItemPageProps = FormParts & {
  csrf: string;
  /** Of a new item: tells its form from the same page opened again. */
  once?: string;
  type: ItemType;
  bank: { id: string; title: string };
  objectives: readonly { id: string; title: string; topic: string }[];
  /** The item as it is kept; none while it is new. */
  kept?: StaffItem | undefined;
  notice?: string | undefined;
};

export function ItemPage({ csrf, once, type, bank, objectives, kept, notice, ...parts }: ItemPageProps) {
  const { words, fields } = parts;
  const { label, Body } = itemForms[type];
  return (
    <>
      <p>
        <a href={`/staff/banks/${bank.id}`}>{bank.title}</a>
      </p>
      <h1>{kept ? words('itemEdit') : words('itemNew', { type: words(label) })}</h1>
      {notice && <p role="status">{notice}</p>}
      <ProblemSummary {...parts} />
      {kept && <Preview words={words} item={kept.item} rendered={kept.rendered} />}
      <form method="post" class="stack">
        <CsrfField csrf={csrf} />
        {once !== undefined && <input type="hidden" name="once" value={once} />}
        {kept && <input type="hidden" name="seenVersion" value={fields.seenVersion ?? String(kept.version)} />}
        <TextArea {...parts} name="prompt" label={words('itemPrompt')} note={words('itemPromptNote')} rows={5} />
        <Body {...parts} />
        <TextField {...parts} name="maxScore" label={words('itemMaxScore')} inputmode="decimal" />
        <Choose
          {...parts}
          name="difficulty"
          label={words('itemDifficulty')}
          options={Object.entries(difficultyWords).map(([value, key]) => [value, words(key)] as const)}
        />
        <ObjectiveChoice {...parts} objectives={objectives} />
        <TextField {...parts} name="tags" label={words('itemTags')} note={words('itemTagsNote')} />
        <TextArea {...parts} name="hint" label={words('itemHint')} />
        <TextArea {...parts} name="explanation" label={words('itemExplanation')} rows={4} />
        <TextArea {...parts} name="steps" label={words('itemSteps')} note={words('itemStepsNote')} rows={4} />
        <button type="submit">{words('itemSave')}</button>
      </form>
      {kept && (
        <p>
          <a href={`/staff/items/${kept.id}/delete`}>{words('itemDelete')}</a>
        </p>
      )}
    </>
  );
}

/** Objectives of the bank's course. One that is not among them (retired, or of a bank without course) can be kept. */
function ObjectiveChoice({ objectives, ...parts }: FormParts & Pick<ItemPageProps, 'objectives'>) {
  const { words, fields } = parts;
  const chosen = fields.objectiveId ?? '';
  const isOther = chosen !== '' && !objectives.some(({ id }) => id === chosen);
  if (objectives.length === 0 && !isOther) return null;
  return (
    <Choose
      {...parts}
      name="objectiveId"
      label={words('itemObjective')}
      options={[
        ['', words('itemObjectiveNone')],
        ...(isOther ? [[chosen, words('itemObjectiveOther')] as const] : []),
        ...objectives.map(({ id, title, topic }) => [id, `${topic}: ${title}`] as const),
      ]}
    />
  );
}

/** Fields of imported items that no control shows; they stay as they are when the item is saved. */
const uncontrolled = ['several', 'reading', 'range', 'alternatives', 'partial'];

/** The kept version with everything a learner may come to see of it. Texts are sanitised HTML. */
function Preview({ words, item, rendered }: { words: Words; item: Item; rendered: Rendered }) {
  const { hint, solution, misconceptions = {}, feedback = [] } = rendered;
  const hidden = uncontrolled.filter((name) => name in item);
  const prompt =
    item.type === 'text_entry' ? rendered.prompt.replaceAll(BLANK_MARK, '<strong>[$1]</strong>') : rendered.prompt;
  return (
    <section aria-labelledby="preview" class="preview">
      <h2 id="preview">{words('itemPreview')}</h2>
      <div>{raw(prompt)}</div>
      {item.type === 'choice' && (
        <ol>
          {item.choices.map(({ id }) => (
            <li>
              {raw(rendered.choices?.[id] ?? '')}{' '}
              {item.correct.includes(id) && <strong>({words('itemChoiceRight')})</strong>}
              {id in misconceptions && <small> {raw(misconceptions[id] ?? '')}</small>}
            </li>
          ))}
        </ol>
      )}
      {hidden.length > 0 && <p class="note">{words('itemOtherFields', { fields: hidden.join(', ') })}</p>}
      {feedback.length > 0 && (
        <Labelled label={words('itemFeedback')}>
          {feedback.map((text) => (
            <div>{raw(text)}</div>
          ))}
        </Labelled>
      )}
      {hint !== undefined && <Labelled label={words('itemHint')}>{raw(hint)}</Labelled>}
      {solution && (
        <Labelled label={words('itemExplanation')}>
          {raw(solution.explanation)}
          {solution.steps && (
            <ol>
              {solution.steps.map((step) => (
                <li>{raw(step)}</li>
              ))}
            </ol>
          )}
        </Labelled>
      )}
    </section>
  );
}

const Labelled = ({ label, children }: { label: string; children?: Child }) => (
  <>
    <h3>{label}</h3>
    <div>{children}</div>
  </>
);
