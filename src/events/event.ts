/** What happens, in the past tense. Payloads carry ids only; who reacts reads the rest. */
export type DomainEvent =
  | { type: 'assessment.times.changed'; payload: { assessmentId: string } }
  /** Only of students whom a launch let in. */
  | { type: 'assessment.attempt.started'; payload: { attemptId: string } }
  | { type: 'assessment.attempt.finished'; payload: { attemptId: string; resultNumber: number } }
  | { type: 'assessment.attempt.archived'; payload: { attemptId: string } }
  /** A student came by a place in a platform's course, for the first time or at another line item. */
  | { type: 'lti.link.arrived'; payload: { linkId: string; userId: string } }
  /** An account was emptied of its person: what else is known of them goes too. */
  | { type: 'user.deleted'; payload: { userId: string } }
  /** A place in a platform's course carries another assessment. `after`: those up to this user have been seen to. */
  | { type: 'lti.link.changed'; payload: { linkId: string; after?: string } }
  /** Somebody is enrolled, by themself or by staff; what a platform says of enrolments is no news to its learners. */
  | { type: 'course.enrolment.created'; payload: { enrolmentId: string } }
  | { type: 'course.deleted'; payload: { courseId: string } }
  | { type: 'user.registered'; payload: { userId: string } }
  /** Somebody is to show that their address is theirs. */
  | { type: 'user.verification.asked'; payload: { userId: string } }
  | { type: 'user.password.reset.asked'; payload: { userId: string } }
  /** Somebody wants another address, which counts once its link was followed. */
  | { type: 'user.email.change.asked'; payload: { userId: string } }
  /** What lets somebody in is another now. `was`: the address before, where that is what changed. */
  | {
      type: 'user.credentials.changed';
      payload: { userId: string; what: 'password' | 'email' | 'factor' | 'identity'; was?: string };
    };

/** What is to be done, in the imperative: the messages of the jobs queue. */
export type Job =
  | { job: 'store-result'; attemptId: string }
  | { job: 'react'; eventId: string }
  | { job: 'handle-openedx-event'; id: string }
  | { job: 'send-mail'; mailId: string };
