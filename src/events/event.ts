/** What happens, in the past tense. Payloads carry ids only; who reacts reads the rest. */
export type DomainEvent =
  | { type: 'assessment.times.changed'; payload: { assessmentId: string } }
  /** Only of students whom a launch let in. */
  | { type: 'assessment.attempt.started'; payload: { attemptId: string } }
  | { type: 'assessment.attempt.finished'; payload: { attemptId: string; resultNumber: number } }
  | { type: 'assessment.attempt.archived'; payload: { attemptId: string } }
  /** A student came by a place in a platform's course, for the first time or at another line item. */
  | { type: 'lti.link.arrived'; payload: { linkId: string; userId: string } }
  /** A place in a platform's course carries another assessment. `after`: those up to this user have been seen to. */
  | { type: 'lti.link.changed'; payload: { linkId: string; after?: string } };

/** What is to be done, in the imperative: the messages of the jobs queue. */
export type Job =
  | { job: 'store-result'; attemptId: string }
  | { job: 'react'; eventId: string }
  | { job: 'handle-openedx-event'; id: string };
