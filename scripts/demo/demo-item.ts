import type { ItemInput } from '../../src/items/item.ts';

type NumericInput = Extract<ItemInput, { type: 'numeric' }>;
type OtherInput = Exclude<ItemInput, NumericInput>;

/**
 * One seeded item. `slug` is its name in tests and in the second reading; `objective` is the slug of an
 * objective in the outline beside it. A numeric item carries the formula its key is recomputed from.
 */
export type DemoItem = {
  slug: string;
  objective?: string;
  hint: string;
  solution: { explanation: string; steps?: string[] };
} & (OtherInput | (NumericInput & { formula: () => number }));

/** A course outline as the seed writes it: course → topics → subtopics → objectives, in order. */
export type DemoOutline = {
  courseKey: string;
  title: string;
  examinationLevel: 'JCE' | 'MSCE' | 'IGCSE';
  academicClass: 'Form 1' | 'Form 2' | 'Form 3' | 'Form 4';
  topics: { title: string; subtopics: { title: string; objectives: { slug: string; title: string }[] }[] }[];
};

/** `objective` is a slug of the outline; `body` is Markdown. */
export type DemoLesson = { objective: string; title: string; body: string };
