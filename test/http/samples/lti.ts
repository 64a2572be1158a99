import { newId } from '../../../src/lib/ids.ts';
import { newCode } from '../../../src/lti/launch-codes.ts';
import { context, passback, registration, resourceLink } from '../../../src/lti/schema.ts';
import { aUser, db } from '../../factories.ts';
import { makeCourse } from '../../items/make.ts';
import { nobody, type Sample, type Samples, type World } from '../sample.ts';
import { asStudent, asTeacher } from './make.ts';

const aPlatform = () => ({
  issuer: 'https://lms.example.mw',
  clientId: newId('registration'),
  authLoginUrl: 'https://lms.example.mw/login',
  authTokenUrl: 'https://lms.example.mw/token',
  keySetUrl: 'https://lms.example.mw/keys',
  deployments: ['1'],
});
const onRegistration =
  (suffix = '', body?: object) =>
  async (): Promise<Sample> => {
    const as = await aUser('admin');
    const { json } = await as.ask('POST', '/lti/registrations', aPlatform());
    return {
      as,
      path: `/lti/registrations/${json.id}${suffix}`,
      absent: `/lti/registrations/${nobody}${suffix}`,
      ...(body && { body }),
    };
  };

/** A score of a student that a platform refused, and the context it belongs to, in a course of a teacher. */
const onPassback = async ({ teacher }: World) => {
  const { courseId } = await makeCourse(teacher.call());
  const [registrationId, contextId, linkId] = [newId('registration'), newId('context'), newId('resourceLink')];
  const [id, { id: userId }] = [newId('passback'), await aUser()];
  const origin = 'https://lms.example.mw';
  await db.batch([
    db.insert(registration).values({
      ...{ id: registrationId, name: 'A platform', issuer: origin, clientId: registrationId, createdAt: 0 },
      ...{ authLoginUrl: origin, authTokenUrl: origin, keySetUrl: origin, frameOrigins: [origin] },
    }),
    db.insert(context).values({
      ...{ id: contextId, registrationId, deploymentId: '1', contextId, title: 'A course', courseId, createdAt: 0 },
    }),
    db.insert(resourceLink).values({
      ...{ id: linkId, registrationId, deploymentId: '1', resourceLinkId: linkId, contextId, title: 'A place' },
      ...{ scopes: [], createdAt: 0 },
    }),
    db.insert(passback).values({
      ...{ id, registrationId, linkId, slot: linkId, userId, sub: '1', revision: 1, timestamp: 0, createdAt: 0 },
      ...{ state: 'parked' },
    }),
  ]);
  return { id, contextId };
};

export const lti: Samples = {
  'GET /lti/jwks': asStudent('/lti/jwks'),
  'POST /lti/session': async () => {
    const as = await aUser();
    const launch = { registrationId: nobody, deploymentId: '1', contextId: null, resourceLinkId: null } as const;
    const opens = { userId: as.id, launch: { ...launch, role: 'student' as const }, landing: '/' };
    const { code, statement } = await newCode(as.call(), 'session', opens);
    await statement;
    return { as, path: '/lti/session', body: { code } };
  },
  'GET /api/v1/lti/registrations': async () => ({ as: await aUser('admin'), path: '/lti/registrations' }),
  'POST /api/v1/lti/registrations': async () => ({
    as: await aUser('admin'),
    path: '/lti/registrations',
    body: aPlatform(),
  }),
  'GET /api/v1/lti/registrations/{id}': onRegistration(),
  'PATCH /api/v1/lti/registrations/{id}': onRegistration('', { name: 'Another name' }),
  'DELETE /api/v1/lti/registrations/{id}': onRegistration(),
  'POST /api/v1/lti/registrations/{id}/deployments': onRegistration('/deployments', { deploymentId: '2' }),
  'DELETE /api/v1/lti/registrations/{id}/deployments/{deploymentId}': async () => {
    const deploymentId = newId('registration');
    const { as, path } = await onRegistration('/deployments', { deploymentId })();
    await as.ask('POST', path, { deploymentId });
    return { as, path: `${path}/${deploymentId}` };
  },
  'POST /api/v1/lti/registrations/{id}/test': onRegistration('/test', {}),
  'POST /api/v1/lti/invitations': async () => ({ as: await aUser('admin'), path: '/lti/invitations', body: {} }),
  'GET /api/v1/lti/contexts': async () => ({ as: await aUser('admin'), path: '/lti/contexts' }),
  'PATCH /api/v1/lti/contexts/{id}': async (world) => {
    const { contextId } = await onPassback(world);
    const { courseKey } = await makeCourse(world.teacher.call());
    return {
      as: await aUser('admin'),
      path: `/lti/contexts/${contextId}`,
      absent: `/lti/contexts/${nobody}`,
      body: { courseKey },
    };
  },
  'GET /api/v1/lti/passbacks': asTeacher('/lti/passbacks'),
  'POST /api/v1/lti/passbacks/{id}/send': async (world) => {
    const { id } = await onPassback(world);
    const absent = `/lti/passbacks/${nobody}/send`;
    return { as: world.teacher, path: `/lti/passbacks/${id}/send`, absent, body: {} };
  },
  'GET /api/v1/lti/contexts/{id}/members': async (world) => {
    const { contextId } = await onPassback(world);
    return {
      as: world.teacher,
      path: `/lti/contexts/${contextId}/members`,
      absent: `/lti/contexts/${nobody}/members`,
      refused: [409, 'roster_unavailable'],
    };
  },
};
