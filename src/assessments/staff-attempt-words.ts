import type { Words } from '../ui/index.ts';
import { showScore } from './pages/result-page.tsx';
import type { AttemptFacts } from './session-rpc.ts';

type Key = Parameters<Words>[0];

/** The state of an attempt in words. */
export const stateWords: Record<AttemptFacts['state'], Key> = {
  open: 'sitOpen',
  submitted: 'sitSubmitted',
  expired: 'sitExpired',
  graded: 'sitGraded',
};

type Graded = { given: number; maximum: number; percent: number; passed: boolean };

/** Marks, share and whether it is passed. */
export const showGraded = (words: Words, { percent, passed, ...score }: Graded) =>
  `${showScore(words, score, percent)} ${words(passed ? 'passed' : 'notPassed')}`;
