import { Choose, CsrfField, type FormParts, Neighbours, ProblemSummary, WasField, type Words } from '../ui/index.ts';
import { AssessmentTable } from './assessment-table.tsx';
import type { AssessmentRow } from './assessments.ts';
import type { StaffListed } from './list-for-staff.ts';
import { type Options, SettingsFields } from './settings-fields.tsx';

type Paged<T> = { results: readonly T[]; previous: string | null; next: string | null };

/** A search by one text, sent by GET so that its answer has an address. */
export const SearchForm = ({ words, label, search }: { words: Words; label: string; search: string }) => (
  <search>
    <form method="get" class="stack">
      <label for="search">{label}</label>
      <input id="search" name="search" type="search" value={search} maxlength={200} />
      <button type="submit">{words('searchGo')}</button>
    </form>
  </search>
);

type ListProps = { words: Words; listed: Paged<StaffListed>; search: string };

export const AssessmentListPage = ({ words, listed, search }: ListProps) => (
  <>
    <p>
      <a href="/staff">{words('staffDesk')}</a>
    </p>
    <h1>{words('asmList')}</h1>
    <p>
      <a href="/staff/assessments/new">{words('asmNew')}</a>
    </p>
    <SearchForm words={words} label={words('asmSearch')} search={search} />
    {listed.results.length === 0 ? (
      <p>{words(search === '' ? 'asmNone' : 'asmNoneFound')}</p>
    ) : (
      <AssessmentTable words={words} label={words('asmList')} listed={listed.results} />
    )}
    <Neighbours words={words} {...listed} />
  </>
);

type NewProps = FormParts & { csrf: string; once: string; banks: Options; courses: Options };

export const NewAssessmentPage = ({ csrf, once, banks, courses, ...parts }: NewProps) => {
  const { words } = parts;
  return (
    <>
      <p>
        <a href="/staff/assessments">{words('asmList')}</a>
      </p>
      <h1>{words('asmNew')}</h1>
      <ProblemSummary {...parts} />
      <form method="post" class="stack">
        <CsrfField csrf={csrf} />
        <input type="hidden" name="once" value={once} />
        <Choose
          {...parts}
          name="behaviour"
          label={words('asmBehaviour')}
          options={[
            ['exam', words('asmExam')],
            ['practice', words('asmPractice')],
          ]}
        />
        <Choose
          {...parts}
          name="courseKey"
          label={words('asmCourse')}
          options={[['', words('asmNoCourse')], ...courses]}
        />
        <SettingsFields {...parts} banks={banks} />
        <button type="submit">{words('save')}</button>
      </form>
    </>
  );
};

type EditProps = FormParts & {
  csrf: string;
  kept: AssessmentRow;
  courseKey: string | null;
  /** Whether the reader may share it and look after its attempts. */
  isOwn: boolean;
  banks: Options;
  canBeFilled: boolean;
  notice?: string | undefined;
};

export const AssessmentPage = ({ csrf, kept, courseKey, isOwn, banks, canBeFilled, notice, ...parts }: EditProps) => {
  const { words } = parts;
  const path = `/staff/assessments/${kept.id}`;
  const isPublished = kept.publishedAt !== null;
  return (
    <>
      <p>
        <a href="/staff/assessments">{words('asmList')}</a>
      </p>
      <h1>{kept.title}</h1>
      {notice && <p role="status">{notice}</p>}
      <ProblemSummary {...parts} />
      <p>
        {words('asmFacts', {
          kind: words(kept.behaviour === 'exam' ? 'asmExam' : 'asmPractice'),
          course: courseKey ?? words('asmNoCourse'),
        })}
      </p>
      {!canBeFilled && <p class="problem">{words('asmCannotFillNow')}</p>}
      <nav aria-label={kept.title}>
        <ul>
          <li>
            <a href={`${path}/preview`}>{words('asmPreview')}</a>
          </li>
          {isOwn && (
            <>
              <li>
                <a href={`${path}/attempts`}>{words('asmAttemptList')}</a>
              </li>
              <li>
                <a href={`${path}/students`}>{words('asmStudents')}</a>
              </li>
              <li>
                <a href={`${path}/shares`}>{words('shareTitle')}</a>
              </li>
            </>
          )}
        </ul>
      </nav>
      <form method="post" action={`${path}/${isPublished ? 'unpublish' : 'publish'}`} class="stack">
        <CsrfField csrf={csrf} />
        <p>
          <strong>{words(isPublished ? 'asmPublishedNow' : 'asmDraftNow')}</strong>
        </p>
        <small>{words(isPublished ? 'asmUnpublishNote' : 'asmPublishNote')}</small>
        <button type="submit">{words(isPublished ? 'asmUnpublish' : 'asmPublish')}</button>
      </form>
      {isPublished && (
        <section aria-labelledby="reach">
          <h2 id="reach">{words('asmReach')}</h2>
          <ul>
            <li>{words('asmReachAtOnce')}</li>
            <li>{words('asmReachNew')}</li>
            <li>{words('asmReachMethod')}</li>
          </ul>
        </section>
      )}
      <form method="post" action={path} class="stack">
        <CsrfField csrf={csrf} />
        <WasField fields={parts.fields} names={Object.keys(parts.fields)} />
        <SettingsFields {...parts} banks={banks} />
        <button type="submit">{words('save')}</button>
      </form>
    </>
  );
};
