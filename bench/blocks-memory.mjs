import { BlocksAnswer } from '../src/openedx/platform-answers.ts';
import { readBlocks } from '../src/openedx/read-blocks.ts';
import { bigCourse, blocksAnswer } from './big-course.mjs';

/*
 * `node --expose-gc bench/blocks-memory.mjs 10000`: what reading a Blocks answer holds, in MB, as JSON. Everything is kept to
 * the end, so each figure is what that step alone adds: the parts of the text as they come, the text they are joined to, what
 * JSON makes of it, what zod makes of that, and the outline.
 */

const size = Number(process.argv[2]);
const bodyOf = () => Buffer.from(blocksAnswer(bigCourse('course-v1:EduMW+memory+2026_T1', size)));
const bytes = bodyOf();

/** In MB, texts outside V8's own heap included. */
function heap() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

const held = [];
let before = heap();
function holding(step) {
  const made = step();
  held.push(made);
  const after = heap();
  const added = after - before;
  before = after;
  return [made, added];
}

const CHUNK = 65_536;
const decoder = new TextDecoder('utf-8', { fatal: true });
const [parts, partsSize] = holding(() =>
  Array.from({ length: Math.ceil(bytes.length / CHUNK) }, (_, index) =>
    decoder.decode(bytes.subarray(index * CHUNK, (index + 1) * CHUNK), { stream: true }),
  ),
);
const [text, textSize] = holding(() => parts.join(''));
const [json, jsonSize] = holding(() => JSON.parse(text));
const [answer, answerSize] = holding(() => BlocksAnswer.parse(json));
const [read, outlineSize] = holding(() => readBlocks(answer));
if (read?.outline.size !== size) throw new Error(`${read?.outline.size} of ${size} blocks were read`);

console.log(
  JSON.stringify({
    body: bytes.length / 1e6,
    parts: partsSize,
    text: textSize,
    json: jsonSize,
    answer: answerSize,
    outline: outlineSize,
  }),
);
