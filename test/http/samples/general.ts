import { newId } from '../../../src/lib/ids.ts';
import { aUser } from '../../factories.ts';
import type { Samples } from '../sample.ts';
import { asStudent, asTeacher, onCourse } from './make.ts';

const unknownRefresh = { refresh: 'x'.repeat(43) };

export const general: Samples = {
  'GET /api/schema': asStudent('/api/schema'),
  'GET /health': asStudent('/health'),
  'GET /health/ready': asStudent('/health/ready'),
  'GET /health/live': asStudent('/health/live'),
  'POST /api/v1/auth/login': asTeacher('/auth/login', { email: 'nobody@demo.test', password: 'x' }),
  'POST /api/v1/auth/refresh': asTeacher('/auth/refresh', unknownRefresh),
  'POST /api/v1/auth/logout': asTeacher('/auth/logout', unknownRefresh),
  'POST /api/v1/auth/logout-all': async () => ({ as: await aUser(), path: '/auth/logout-all', body: {} }),
  'GET /api/v1/auth/me': asStudent('/auth/me'),
  'GET /api/v1/courses': asStudent('/courses'),
  'GET /api/v1/courses/{courseKey}': onCourse(),
  'GET /api/v1/courses/{courseKey}/outline': onCourse('/outline'),
  'GET /api/v1/enrollments': asStudent('/enrollments'),
  'POST /api/v1/courses': asTeacher('/courses', {
    courseKey: `course-v1:VE+${newId('course')}+1`,
    title: 'A course',
    examinationLevel: 'JCE',
    academicClass: 'Form 1',
  }),
};
