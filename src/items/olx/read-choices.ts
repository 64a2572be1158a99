import { creditOf, readHint } from './read-hint.ts';
import type { ReadResponse } from './read-problem.ts';
import { type Gathered, toMarkdown } from './to-markdown.ts';
import { attribute, childrenNamed, type Element, findAll, isElement, siblingsOf } from './xml.ts';

type Choice = { element: Element; id: string; verdict: string };

const LOCAL_ID = /^[A-Za-z0-9_-]{1,64}$/;

/** Names as the platform gives them: by place, or in a single choice by the author's own name. */
function choicesOf(group: Element, isSingle: boolean): Choice[] {
  let unnamed = 0;
  return findAll(group, 'choice').map((element, index) => {
    const name = isSingle ? attribute(element, 'name') : undefined;
    const place = isSingle ? unnamed : index;
    if (name === undefined) unnamed += 1;
    const own = `choice_${name}`;
    return {
      element,
      id: name !== undefined && LOCAL_ID.test(own) ? own : `choice_${place}`,
      verdict: (attribute(element, 'correct') ?? '').trim().toLowerCase(),
    };
  });
}

const textOf = ({ element }: Choice, gathered: Gathered): string =>
  toMarkdown(
    element.children.filter((node) => !isElement(node) || node.name !== 'choicehint'),
    gathered,
  );

type Remark = { when: 'chosen' | 'not_chosen' | 'exactly'; choices: string[]; text: string };

function hintsOf({ element, id }: Choice, kind: 'boxes' | 'single', gathered: Gathered): Remark[] {
  const hints = childrenNamed(element, 'choicehint');
  return (kind === 'single' ? hints.slice(0, 1) : hints).flatMap((hint): Remark[] => {
    const text = readHint(hint, gathered);
    const selected = kind === 'single' ? 'true' : attribute(hint, 'selected')?.toLowerCase();
    if (text === undefined || (selected !== 'true' && selected !== 'false')) return [];
    return [{ when: selected === 'true' ? 'chosen' : 'not_chosen', choices: [id], text }];
  });
}

/** `<compoundhint value="A C">`: choices by their letter, or by the id their author gave them. */
function compoundHints(group: Element, choices: readonly Choice[], gathered: Gathered): Remark[] {
  const named = new Map(
    choices.map(({ element, id }, index) => [
      (attribute(element, 'id') ?? String.fromCharCode(65 + index)).toUpperCase(),
      id,
    ]),
  );
  return childrenNamed(group, 'compoundhint').flatMap((hint): Remark[] => {
    const text = readHint(hint, gathered);
    const letters = (attribute(hint, 'value') ?? '').toUpperCase().split(/\s+/).filter(Boolean);
    const ids = [...new Set(letters.flatMap((letter) => named.get(letter) ?? []))];
    if (text === undefined) return [];
    if (ids.length === 0 || letters.some((letter) => !named.has(letter))) {
      gathered.notes.push(`a compound hint names choices that are not there: "${letters.join(' ').slice(0, 100)}"`);
      return [];
    }
    return [{ when: 'exactly', choices: ids, text }];
  });
}

/** `<targetedfeedbackset>` beside the response: what is told to who chose a choice with the same `explanation-id`. */
function targeted(response: Element, choices: readonly Choice[], gathered: Gathered): Remark[] {
  if (attribute(response, 'targeted-feedback') === undefined) return [];
  const siblings = siblingsOf(response);
  const set = siblings.slice(siblings.indexOf(response)).find(({ name }) => name === 'targetedfeedbackset');
  const texts = set ? findAll(set, 'targetedfeedback') : [];
  return choices.flatMap(({ element, id }): Remark[] => {
    const wanted = attribute(element, 'explanation-id');
    return texts.flatMap((one): Remark[] => {
      const text =
        wanted !== undefined && attribute(one, 'explanation-id') === wanted ? toMarkdown(one.children, gathered) : '';
      return text === '' ? [] : [{ when: 'chosen', choices: [id], text }];
    });
  });
}

function scoringOf(response: Element, isSingle: boolean): { scoring: string } | { refusal: string } {
  const [credit = 'all_or_nothing', ...more] = creditOf(response);
  const known = isSingle ? ['all_or_nothing', 'points'] : ['all_or_nothing', 'edc', 'halves'];
  if (more.length > 0) return { refusal: 'it asks for two kinds of partial credit' };
  if (!known.includes(credit)) return { refusal: `partial_credit="${credit.slice(0, 40)}" is not known` };
  return { scoring: credit };
}

function sharesOf(choices: readonly Choice[]): Map<string, number> | { refusal: string } {
  const shares = new Map<string, number>();
  for (const { element, id, verdict } of choices) {
    if (verdict !== 'partial') continue;
    const share = Number(attribute(element, 'point_value') ?? '0.5');
    if (!(share >= 0 && share <= 1)) return { refusal: 'a point_value is not between 0 and 1' };
    shares.set(id, share);
  }
  return shares;
}

/** `multiplechoiceresponse` and `choiceresponse` (capa/responsetypes.py). Choices keep their order and names. */
export function readChoices(
  { response, input }: { response: Element; input: Element },
  gathered: Gathered,
): ReadResponse {
  const isSingle = response.name === 'multiplechoiceresponse';
  const isBoxes = input.name === 'checkboxgroup';
  const choices = choicesOf(input, isSingle);
  const pool = attribute(input, 'answer-pool');
  if (pool !== undefined && pool !== '0') return { refusal: 'its answer-pool draws other choices for every student' };
  const correct = choices.filter(({ verdict }) => verdict === 'true').map(({ id }) => id);
  if (correct.length === 0) return { refusal: 'it has no right choice' };
  if (correct.length > 1 && !isBoxes) return { refusal: 'more than one choice is right, but only one may be chosen' };
  const scored = scoringOf(response, isSingle);
  if ('refusal' in scored) return scored;
  const shares = scored.scoring === 'points' ? sharesOf(choices) : new Map<string, number>();
  if ('refusal' in shares) return shares;
  if (attribute(input, 'shuffle')?.toLowerCase() === 'true') {
    gathered.notes.push('its choices are not shuffled: imported choices keep their order');
  }

  const single = isSingle ? choices.flatMap((choice) => hintsOf(choice, 'single', gathered)) : [];
  const boxes = isBoxes ? choices.flatMap((choice) => hintsOf(choice, 'boxes', gathered)) : [];
  const feedback = [
    ...(isBoxes ? compoundHints(input, choices, gathered) : []),
    ...single,
    ...boxes,
    ...(isSingle ? targeted(response, choices, gathered) : []),
  ];
  return {
    fields: {
      type: 'choice',
      choices: choices.map((choice) => {
        const share = shares.get(choice.id);
        return { id: choice.id, text: textOf(choice, gathered), ...(share !== undefined && { share }) };
      }),
      correct,
      shuffle: false,
      scoring: scored.scoring,
      several: isBoxes,
      ...(feedback.length > 0 && { feedback }),
    },
  };
}
