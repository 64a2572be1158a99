export {
  type Feedback,
  type FeedbackMessage,
  giveFeedback,
  type Standing,
  standingAfter,
  TRIES_PER_ITEM,
} from './feedback.ts';
export { type Scorer, scoreItem } from './score.ts';
export type { Outcome, Score, Scored } from './share.ts';
export { type Total, totalScore } from './total.ts';
