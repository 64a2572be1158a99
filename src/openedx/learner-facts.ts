/** An account of the platform as an event tells of it. */
type AccountFacts = {
  lmsUserId: number;
  username: string;
  email: string | null;
  name: string;
  isActive: boolean;
};

/** What an event says about a learner: content, unlike what one says about a course. */
export type LearnerFacts =
  | { kind: 'account'; account: AccountFacts }
  | { kind: 'enrolment'; account: AccountFacts; courseKey: string; isActive: boolean; mode: string }
  | {
      kind: 'grade';
      gradeKind: 'summary' | 'passing' | 'certificate';
      lmsUserId: number;
      courseKey: string;
      facts: Record<string, string | number | boolean | null>;
    };

/** What a webhook is about: a course that may have changed, which says nothing more, or a learner. */
export type EventFacts = { kind: 'course'; courseKey: string } | LearnerFacts;
