import { checkPlatformUrl } from '../http/index.ts';
import { type FieldError, invalidFields } from '../lib/errors.ts';
import { checkFrameOrigin } from './frame-origins.ts';
import type { UpdateRegistrationInput } from './registration-input.ts';

type Rules = { allowLoopback: boolean };
type Checked = { ok: true; url: string } | { ok: false; reason: string };

/**
 * The address of an endpoint of a platform as it is kept, or why it is refused. The rules for hosts are those of
 * `checkPlatformUrl`; it keeps its slash at the end (Django wants it) and its query (some platforms have one).
 */
export function checkEndpointUrl(text: string, rules: Rules): Checked {
  const [, address = '', query = ''] = /^([^?]*)(\?.*)?$/s.exec(text) ?? [];
  const checked = checkPlatformUrl(address, rules);
  if (!checked.ok) return checked;
  if (query.includes('#')) return { ok: false, reason: 'Leave out everything from “#”.' };
  if (!/^[\x21-\x7e]*$/.test(query) || /[\\<>"^`{|}]/.test(query))
    return { ok: false, reason: 'Write the whole address, such as https://lms.example.org.' };
  return { ok: true, url: new URL(text).href };
}

const endpoints = ['authLoginUrl', 'authTokenUrl', 'keySetUrl'] as const;
type Addresses = { [N in (typeof endpoints)[number]]?: string } & { frameOrigins?: string[] };

/** The addresses in what was given as they are kept. Refuses (`invalid`) all that may not be used at once. */
export function requireAddresses(given: UpdateRegistrationInput, rules: Rules): Addresses {
  const kept: Addresses = {};
  const errors: FieldError[] = [];
  for (const name of endpoints) {
    const text = given[name];
    if (text === undefined) continue;
    const checked = checkEndpointUrl(text, rules);
    if (checked.ok) kept[name] = checked.url;
    else errors.push({ pointer: `/${name}`, message: checked.reason });
  }
  const origins = given.frameOrigins?.flatMap((text, index) => {
    const checked = checkFrameOrigin(text, rules);
    if (checked.ok) return [checked.origin];
    errors.push({ pointer: `/frameOrigins/${index}`, message: checked.reason });
    return [];
  });
  if (errors.length > 0) throw invalidFields(errors);
  return origins === undefined ? kept : { ...kept, frameOrigins: [...new Set(origins)] };
}
