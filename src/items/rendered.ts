/** The texts of one item as sanitised HTML with MathML, made once, when it is written. Ids are those of the item. */
export type Rendered = {
  prompt: string;
  choices?: Record<string, string>;
  hint?: string;
  solution?: { explanation: string; steps?: string[] };
  misconceptions?: Record<string, string>;
  /** In the order of the item's `feedback`. */
  feedback?: string[];
};
