import { Choose, CsrfField, type FormParts, ProblemSummary, TextField } from '../ui/index.ts';

type Options = readonly (readonly [value: string, label: string])[];

type AddForm = FormParts & { csrf: string; once: string; levels: Options; classes: Options; connections: Options };

/** `connections` is empty for whoever may not follow one. */
export const AddCoursePage = ({ csrf, once, levels, classes, connections, ...parts }: AddForm) => {
  const { words } = parts;
  return (
    <>
      <h1>{words('syncAdd')}</h1>
      <ProblemSummary {...parts} />
      <form method="post" action="/staff/courses/new" class="stack">
        <CsrfField csrf={csrf} />
        <input type="hidden" name="once" value={once} />
        <TextField
          {...parts}
          name="courseKey"
          label={words('syncKey')}
          note={words('syncKeyNote')}
          maxlength={255}
          autocomplete="off"
        />
        <TextField
          {...parts}
          name="title"
          label={words('syncTitle')}
          note={words('syncTitleNote')}
          maxlength={200}
          autocomplete="off"
        />
        <Choose {...parts} name="examinationLevel" label={words('syncLevel')} options={levels} />
        <Choose {...parts} name="academicClass" label={words('syncClass')} options={classes} />
        <Choose
          {...parts}
          name="visibility"
          label={words('crsVisibility')}
          options={[
            ['', words('crsUsual')],
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
        {connections.length > 0 && (
          <Choose
            {...parts}
            name="connectionId"
            label={words('syncConnection')}
            options={[['', words('syncNoConnection')], ...connections]}
          />
        )}
        <button type="submit">{words('syncAdd')}</button>
      </form>
      <p>
        <a href="/staff/courses">{words('syncCourses')}</a>
      </p>
    </>
  );
};
