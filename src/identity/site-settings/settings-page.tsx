import * as z from 'zod';
import { SiteSettings, settingNames } from '../../http/index.ts';
import {
  CsrfField,
  type Fields,
  ProblemSummary,
  type Problems,
  TextArea,
  TextField,
  WasField,
  type Words,
} from '../../ui/index.ts';

/** What the schema says of a setting: for people, and its bounds. */
type Fact = { description: string; minimum?: number; maximum?: number };

const usually = SiteSettings.parse({});

const factsOf = () =>
  z.toJSONSchema(SiteSettings, { io: 'input', unrepresentable: 'any' }).properties as unknown as Record<
    keyof SiteSettings,
    Fact
  >;

/** What the form holds while nothing was typed: a list is one thing a line. */
export const settingFields = (settings: SiteSettings): Fields =>
  Object.fromEntries(
    settingNames.map((name) => {
      const value = settings[name];
      return [name, Array.isArray(value) ? value.join('\n') : String(value)];
    }),
  );

/** What is wrong with a setting, by its bounds. */
export function settingProblem(words: Words, name: keyof SiteSettings): string {
  const { minimum, maximum } = factsOf()[name];
  return maximum === undefined ? words('setListBad') : words('setNumberBad', { least: minimum ?? 0, most: maximum });
}

/** A limit tells in its name what it counts by. */
const unitOf = (name: string) => /(PerHour|Per15Minutes|PerSecond|Days)/.exec(name)?.[1] as Unit | undefined;
type Unit = 'PerHour' | 'Per15Minutes' | 'PerSecond' | 'Days';

type Props = { words: Words; csrf: string; fields: Fields; problems: Problems; isSaved: boolean };

export function SettingsPage({ words, csrf, fields, problems, isSaved }: Props) {
  const facts = factsOf();
  const named = settingNames.flatMap((name) =>
    name in problems
      ? [[name, words('setProblem', { setting: facts[name].description, problem: problems[name] ?? '' })] as const]
      : [],
  );
  return (
    <>
      <h1>{words('setTitle')}</h1>
      {isSaved && <p role="status">{words('setSaved')}</p>}
      <p>{words('setNote')}</p>
      <ProblemSummary words={words} problems={Object.fromEntries(named)} />
      <form method="post" class="stack">
        <CsrfField csrf={csrf} />
        <WasField fields={fields} names={settingNames} />
        {settingNames.map((name) => {
          const usual = usually[name];
          const parts = { name, label: facts[name].description, fields, problems, words };
          return Array.isArray(usual) ? (
            <TextArea {...parts} note={words('setListNote')} rows={3} />
          ) : (
            <TextField
              {...parts}
              note={words(`setUsually${unitOf(name) ?? ''}`, { value: usual })}
              inputmode="numeric"
              maxlength={9}
            />
          );
        })}
        <button type="submit">{words('setSave')}</button>
      </form>
    </>
  );
}
