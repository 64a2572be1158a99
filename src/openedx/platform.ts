import * as z from 'zod';
import type { Limits, Outside } from '../http/index.ts';
import { type Fetched, failed } from './fetched.ts';
import { tokensOf } from './oauth-client.ts';
import { Account, BlocksAnswer, CourseOutline, EnrolmentPage } from './platform-answers.ts';
import { FOR_BLOCKS, fetchJson } from './platform-fetch.ts';
import type { connection } from './schema.ts';

export type { Fetched, PlatformFailure } from './fetched.ts';
export type { Block, BlocksAnswer, CourseOutline, EnrolmentPage } from './platform-answers.ts';

export type ConnectionRow = typeof connection.$inferSelect;

/** What we ask an Open edX platform, as the service user of a connection. Nothing throws. */
export type Platform = {
  courseOutline(courseKey: string): Promise<Fetched<CourseOutline>>;
  blocks(courseKey: string): Promise<Fetched<BlocksAnswer>>;
  /** `next`: the link of the page before, followed on the connection's own origin and list only. */
  enrolments(courseKey: string, next?: string): Promise<Fetched<EnrolmentPage>>;
  account(username: string): Promise<Fetched<Account>>;
};

/** What only the test of a connection asks besides. */
type Tested = {
  /** Whether the service user may read the course in Studio; `refused` where the connection names no Studio. */
  studioCourse(courseKey: string): Promise<Fetched<unknown>>;
  /** Whether the platform gives a token for the client's credentials. */
  token(): Promise<Fetched<unknown>>;
};

/** Without `all_blocks` the Blocks API gives some learner's view, and without `depth` only the root. */
const BLOCK_QUERY = {
  all_blocks: 'true',
  depth: 'all',
  requested_fields: 'children,graded,format,start,due,has_score,weight,visible_to_staff_only,hide_from_toc',
  block_counts: 'problem,video,html',
};

const ENROLMENTS = '/api/enrollment/v1/enrollments/';
const StudioCourse = z.object({ course_structure: z.object({ id: z.string() }) });

/** The address a list says to go on at, if it is the same list of the same platform. */
function ownNext(lmsUrl: string, next: string): string | undefined {
  try {
    const [url, own] = [new URL(next), new URL(`${lmsUrl}${ENROLMENTS}`)];
    const isOwn = url.origin === own.origin && url.username === '' && url.password === '';
    return isOwn && url.pathname === own.pathname ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** The platform of a connection. */
export async function platformOf(row: ConnectionRow, outside: Outside): Promise<Platform & Tested> {
  const tokens = tokensOf(row, outside);
  const { lmsUrl, studioUrl } = row;

  async function get<S extends z.ZodType>(url: string, answer: S, limits?: Limits): Promise<Fetched<z.output<S>>> {
    for (let isSecond = false; ; isSecond = true) {
      const token = await tokens.get();
      if (!token.ok) return token;
      const headers = { authorization: `JWT ${token.value}` };
      const got = await fetchJson(outside, url, { headers }, answer, limits);
      if (got.ok || got.failure.kind !== 'unauthorised') return got;
      tokens.drop(token.value);
      if (isSecond) return got;
    }
  }

  return {
    courseOutline: (courseKey) =>
      get(`${lmsUrl}/api/learning_sequences/v1/course_outline/${encodeURIComponent(courseKey)}`, CourseOutline),
    blocks: (courseKey) =>
      get(
        `${lmsUrl}/api/courses/v1/blocks/?${new URLSearchParams({ course_id: courseKey, ...BLOCK_QUERY })}`,
        BlocksAnswer,
        FOR_BLOCKS,
      ),
    async enrolments(courseKey, next) {
      const first = `${lmsUrl}${ENROLMENTS}?${new URLSearchParams({ course_id: courseKey })}`;
      const url = next === undefined ? first : ownNext(lmsUrl, next);
      if (url === undefined)
        return failed('refused', 'The platform’s list goes on at another address, which is not followed.');
      return await get(url, EnrolmentPage);
    },
    account: (username) => get(`${lmsUrl}/api/user/v1/accounts/${encodeURIComponent(username)}`, Account),
    async studioCourse(courseKey) {
      if (studioUrl === null) return failed('refused', 'The connection names no Studio.');
      const url = `${studioUrl}/api/contentstore/v1/course_index/${encodeURIComponent(courseKey)}`;
      return await get(url, StudioCourse);
    },
    async token() {
      return await tokens.get();
    },
  };
}
