export {
  type Feedback,
  type FeedbackMessage,
  giveFeedback,
  standingAfter,
  TRIES_PER_ITEM,
} from './feedback.ts';
export { remarksOn } from './remarks.ts';
export { scoreItem } from './score.ts';
export type { Outcome, Score, Scored } from './share.ts';
export { totalScore } from './total.ts';
