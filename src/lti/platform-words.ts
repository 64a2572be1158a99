const MAX_LENGTH = 500;

/** Tokens have no place in what people read, wherever a platform may repeat them. */
const SECRETS = /\beyJ[\w-]*\.[\w-]+(\.[\w-]*)?|\bbearer\s+\S+/gi;

const plain = (text: string): string => {
  const words = text.replace(SECRETS, '…').replace(/\s+/g, ' ').trim();
  return words.length > MAX_LENGTH ? `${words.slice(0, MAX_LENGTH - 1)}…` : words;
};

const TOLD_BY = ['detail', 'message', 'error_description', 'reason', 'errors', 'error', 'title'];

/**
 * The sentences in a JSON answer: `detail`, `message` … as problem documents, Canvas and Moodle write them, nested or in lists;
 * else every field with its complaints, as Django's REST framework writes them; else every field that is a text.
 */
function sentencesOf(value: unknown, depth = 0): string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim()];
  if (depth > 3 || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.slice(0, 10).flatMap((one) => sentencesOf(one, depth + 1));
  const fields = value as Record<string, unknown>;
  for (const name of TOLD_BY) {
    const told = sentencesOf(fields[name], depth + 1);
    if (told.length > 0) return told;
  }
  const told = Object.entries(fields).slice(0, 10);
  const complaints = told.flatMap(([name, one]) =>
    Array.isArray(one) ? sentencesOf(one, depth + 1).map((words) => `${name}: ${words}`) : [],
  );
  if (complaints.length > 0) return complaints;
  return told.flatMap(([name, one]) => (typeof one === 'string' && one.trim() !== '' ? [`${name}: ${one}`] : []));
}

const withoutMarkup = (html: string) =>
  html
    .replace(/<(script|style|head)\b[^]*?(<\/\1\s*>|$)/gi, ' ')
    .replace(/<[^<>]*>?/g, ' ')
    .replace(/&nbsp;/g, ' ');

/** What a platform says in an answer, as plain text of at most 500 characters; empty where it says nothing. */
export function platformWords(text: string): string {
  const trimmed = text.trim();
  if (/^[[{"]/.test(trimmed)) {
    try {
      return plain(sentencesOf(JSON.parse(trimmed)).join(' '));
    } catch {
      // Cut at the end, or no JSON after all: shown as it is.
    }
  }
  return plain(withoutMarkup(trimmed));
}
