import type { Fields } from './fields.tsx';

/*
 * Two people, or two tabs, may have the same form open. It carries what its controls held when it was shown, so that what was not touched
 * in it is not written over what somebody else has changed meanwhile. Where both changed one thing, the later counts.
 */

/** What the controls held that a form shows, as one hidden field. A form that is shown again keeps what it brought, or has none. */
export const WasField = ({ fields, names }: { fields: Fields; names: readonly string[] }) => (
  <input type="hidden" name="was" value={fields.was ?? ('csrf' in fields ? '' : wasOf(fields, names))} />
);

/** An empty control and one that is not there, such as a box without a tick, are the same. */
const wasOf = (fields: Fields, names: readonly string[]) =>
  JSON.stringify(Object.fromEntries(names.flatMap((name) => (fields[name] ? [[name, fields[name]]] : []))));

/** Undefined where a form brings none, or nonsense: then all of it counts as changed. */
function readWas({ was }: Fields): Fields | undefined {
  try {
    const read: unknown = JSON.parse(was ?? '');
    return read !== null && typeof read === 'object' ? Object.fromEntries(Object.entries(read)) : undefined;
  } catch {
    return undefined;
  }
}

const isOwn = (name: string) => name !== 'was' && name !== 'csrf';

/** The controls of a posted form that hold something else than when it was shown. */
export function changedIn(posted: Fields): Fields {
  const was = readWas(posted);
  return Object.fromEntries(
    Object.entries(posted).filter(([name, value]) => isOwn(name) && (was === undefined || value !== (was[name] ?? ''))),
  );
}

/** The rows of a group (`sections.0.title`) are one thing: their numbers mean nothing once another row is gone. */
const thingOf = (name: string) => /^(\w+)\.\d+\./.exec(name)?.[1] ?? name;

/** A posted form with what was not touched in it as it is `now`, boxes without a tick too. */
export function withUntouched(posted: Fields, now: Fields): Fields {
  const was = readWas(posted);
  if (was === undefined) return { ...posted, was: wasOf(now, Object.keys(now)) };
  const names = [...new Set([...Object.keys(posted), ...Object.keys(was)])].filter(isOwn);
  const touched = new Set(names.filter((name) => (posted[name] ?? '') !== (was[name] ?? '')).map(thingOf));
  const kept = (fields: Fields, isTouched: boolean) =>
    Object.entries(fields).filter(([name]) => isOwn(name) && touched.has(thingOf(name)) === isTouched);
  return {
    ...Object.fromEntries([...kept(posted, true), ...kept(now, false)]),
    was: wasOf(now, Object.keys(now)),
  };
}
