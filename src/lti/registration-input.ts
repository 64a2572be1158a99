import * as z from 'zod';
import { PageQuery } from '../lib/paging.ts';

const MAX_DEPLOYMENTS = 100;
const MAX_FRAME_ORIGINS = 30;

const name = z.string().trim().min(1).max(100);
/** Kept as it is given: an issuer with and one without a slash at its end are two. */
const visible = (most: number) =>
  z
    .string()
    .trim()
    .regex(/^[\x20-\x7e]+$/, 'Use at least one character, and only those of ASCII.')
    .max(most);
const url = z.string().trim().min(1).max(1000);
/** lti-core-v1p3 §3.1.3: at most 255 characters of ASCII. */
const deploymentId = visible(255);
const deployments = z
  .array(deploymentId)
  .max(MAX_DEPLOYMENTS)
  .transform((all) => [...new Set(all)]);
const frameOrigins = z.array(z.string().trim().min(1).max(300)).max(MAX_FRAME_ORIGINS);

/** CONTRACT "LTI 1.3". Left out: `name` is the host of the issuer, `frameOrigins` what lies around the platform. */
export const CreateRegistrationInput = z.strictObject({
  name: name.optional(),
  issuer: visible(255),
  clientId: visible(255),
  authLoginUrl: url,
  authTokenUrl: url,
  keySetUrl: url,
  audience: visible(1000).nullish(),
  deployments: deployments.default([]),
  allowAnonymous: z.boolean().default(false),
  frameOrigins: frameOrigins.optional(),
  active: z.boolean().default(true),
});
export type CreateRegistrationInput = z.output<typeof CreateRegistrationInput>;

/** What is left out stays. `deployments` are those approved from now on; the ones that wait go on waiting. */
export const UpdateRegistrationInput = z.strictObject({
  name: name.optional(),
  issuer: visible(255).optional(),
  clientId: visible(255).optional(),
  authLoginUrl: url.optional(),
  authTokenUrl: url.optional(),
  keySetUrl: url.optional(),
  audience: visible(1000).nullable().optional(),
  deployments: deployments.optional(),
  allowAnonymous: z.boolean().optional(),
  frameOrigins: frameOrigins.optional(),
  active: z.boolean().optional(),
});
export type UpdateRegistrationInput = z.output<typeof UpdateRegistrationInput>;

export const ListRegistrationsInput = PageQuery;
export type ListRegistrationsInput = PageQuery;

export const AddDeploymentInput = z.strictObject({ deploymentId });
export const DeploymentParams = z.strictObject({ id: z.string(), deploymentId: z.string() });
