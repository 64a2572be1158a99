import * as z from 'zod';
import { type Endpoint, endpoint, writing } from '../http/index.ts';
import { addNode, changeNode, retireNode } from './edit-outline.ts';
import { AddNodeInput, ChangeNodeInput } from './input.ts';

const NodeAnswer = z.object({
  id: z.string(),
  kind: z.enum(['topic', 'subtopic', 'objective']),
  parentId: z.string(),
  title: z.string(),
  position: z.int(),
});

const tag = 'Courses';
const nodeParams = z.strictObject({ courseKey: z.string(), id: z.string() });

/** The outline of a course that was made here; one that follows Open edX is `synced`. */
export const nodeEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/api/v1/courses/{courseKey}/nodes',
    tag,
    summary: 'Add a topic, a subtopic (under a topic) or an objective (under a subtopic)',
    access: writing('courses:write'),
    params: z.strictObject({ courseKey: z.string() }),
    body: AddNodeInput,
    answers: { 201: NodeAnswer },
    refusals: ['conflict', 'synced'],
    creates: true,
    async run({ call, params, body }) {
      return { status: 201, body: await addNode(call, { ...body, ...params }) };
    },
  }),
  endpoint({
    method: 'patch',
    path: '/api/v1/courses/{courseKey}/nodes/{id}',
    tag,
    summary: 'Rename or move a topic, subtopic or objective, with what is under it',
    access: writing('courses:write'),
    params: nodeParams,
    body: ChangeNodeInput,
    answers: { 200: NodeAnswer },
    refusals: ['conflict', 'synced'],
    async run({ call, params, body }) {
      return { status: 200, body: await changeNode(call, { ...body, ...params }) };
    },
  }),
  endpoint({
    method: 'delete',
    path: '/api/v1/courses/{courseKey}/nodes/{id}',
    tag,
    summary: 'Take a topic, subtopic or objective out of the outline, with what is under it',
    access: writing('courses:write'),
    params: nodeParams,
    answers: { 204: null },
    refusals: ['conflict', 'synced'],
    async run({ call, params }) {
      await retireNode(call, params);
      return { status: 204 };
    },
  }),
];
