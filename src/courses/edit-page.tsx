import { Choose, CsrfField, type FormParts, ProblemSummary, TextArea, TextField } from '../ui/index.ts';
import type { Course } from './courses.ts';
import { staffCoursePath } from './paths.ts';
import { academicClasses, examinationLevels } from './schema.ts';

type Props = FormParts & { csrf: string; course: Course };

const themselves = (values: readonly string[]) => values.map((value) => [value, value] as const);

/** What is said of a course, for those who may change it. The title of one that follows Open edX is not theirs to change. */
export function EditCoursePage({ csrf, course, ...parts }: Props) {
  const { words } = parts;
  const path = staffCoursePath(course.courseKey);
  const unsaid = ['', words('crsUnsaid')] as const;
  return (
    <>
      <p>
        <a href={path}>{course.title}</a>
      </p>
      <h1>{words('crsEdit')}</h1>
      <ProblemSummary {...parts} />
      <form method="post" action={`${path}/edit`} class="stack">
        <CsrfField csrf={csrf} />
        <input type="hidden" name="revision" value={String(course.revision)} />
        {course.source === 'openedx' ? (
          <p class="note">{words('crsTitleSynced')}</p>
        ) : (
          <TextField {...parts} name="title" label={words('syncTitle')} maxlength={200} autocomplete="off" />
        )}
        <Choose
          {...parts}
          name="examinationLevel"
          label={words('syncLevel')}
          options={[unsaid, ...themselves(examinationLevels)]}
        />
        <Choose
          {...parts}
          name="academicClass"
          label={words('syncClass')}
          options={[unsaid, ...themselves(academicClasses)]}
        />
        <Choose
          {...parts}
          name="visibility"
          label={words('crsVisibility')}
          options={[
            ['open', words('crsOpen')],
            ['invited', words('crsInvited')],
          ]}
        />
        <TextField
          {...parts}
          name="seatLimit"
          label={words('crsSeatLimit')}
          note={words('crsSeatLimitNote')}
          inputmode="numeric"
          autocomplete="off"
        />
        <TextField
          {...parts}
          name="estimatedHours"
          label={words('crsEstimatedHours')}
          inputmode="decimal"
          autocomplete="off"
        />
        <TextField
          {...parts}
          name="minimumMasteryPercent"
          label={words('crsMinimumMastery')}
          inputmode="decimal"
          autocomplete="off"
        />
        <TextArea
          {...parts}
          name="description"
          label={words('crsDescription')}
          note={words('crsMarkdownNote')}
          rows={8}
        />
        <TextArea
          {...parts}
          name="teacherGuide"
          label={words('crsTeacherGuide')}
          note={words('crsTeacherGuideNote')}
          rows={8}
        />
        <button type="submit">{words('save')}</button>
      </form>
      <p>
        <a href={`${path}/delete`}>{words('crsDelete')}</a>
      </p>
    </>
  );
}
