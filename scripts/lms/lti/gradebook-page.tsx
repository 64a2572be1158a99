import { document } from '../page.tsx';
import type { World } from '../world.ts';
import { peopleOf } from './course-people.ts';
import { type Grade, gradebook } from './gradebook.ts';
import type { LineItem } from './lti-state.ts';

function Cell({ grade }: { grade: Grade | undefined }) {
  if (!grade || grade.posts + grade.accepted === 0) return <td>–</td>;
  const { activityProgress, gradingProgress, posts, accepted, submissions, scoreMaximum } = grade;
  return (
    <td>
      <strong>{grade.grade === null ? 'no grade' : `${Number(grade.grade.toFixed(4))} of ${scoreMaximum}`}</strong>
      <br />
      <small>
        {activityProgress ?? 'nothing kept'} {gradingProgress ?? ''}; {posts} posts, {accepted} kept, {submissions}{' '}
        submissions
      </small>
    </td>
  );
}

function CourseTable({ world, courseKey, items }: { world: World; courseKey: string; items: LineItem[] }) {
  const grades = gradebook(world, courseKey);
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Student</th>
          {items.map(({ label, number, scoreMaximum }) => (
            <th scope="col">
              {label} <small>({`line item ${number}, of ${scoreMaximum}`})</small>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {peopleOf(world, courseKey)
          .filter(({ role }) => role === 'student')
          .map(({ person }) => (
            <tr>
              <th scope="row">{person.name}</th>
              {items.map(({ number }) => (
                <Cell grade={grades.find((one) => one.username === person.username && one.lineItem === number)} />
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  );
}

/** Students by line items, for one course or for all of them. */
export const gradebookPage = (world: World, courseKey: string | undefined) =>
  document(
    'Gradebook',
    <>
      {[...world.courses.keys()]
        .filter((key) => courseKey === undefined || key === courseKey)
        .map((key) => ({ key, items: world.lti.lineItems.filter((one) => one.courseKey === key) }))
        .filter(({ items }) => items.length > 0)
        .map(({ key, items }) => (
          <section>
            <h2>
              <a href={`/lti/course/${encodeURIComponent(key)}`}>{key}</a>
            </h2>
            <CourseTable world={world} courseKey={key} items={items} />
          </section>
        ))}
      <h2>Score posts, the newest first</h2>
      <ol reversed>
        {world.lti.posts
          .slice(-60)
          .reverse()
          .map(({ at, mode, lineItem, username, status, body }) => (
            <li>
              {new Date(at).toISOString()} {mode} line item {lineItem} {username ?? 'nobody'}: {status}{' '}
              <code>{JSON.stringify(body)}</code>
            </li>
          ))}
      </ol>
    </>,
  );
