import type { World } from '../world.ts';
import { type Mode, manners } from './modes.ts';
import { address, toolOf } from './places.ts';

/** What a tool's administrator enters of this platform, in the shape of our tool's API. */
export function registrationBody(world: World, mode: Mode = world.lti.mode) {
  const tool = toolOf(world, mode);
  return {
    issuer: manners[mode].issuer(world.origin),
    clientId: tool.clientId,
    authLoginUrl: address(world, mode, 'authorise'),
    authTokenUrl: address(world, mode, 'token'),
    keySetUrl: address(world, mode, 'keys'),
    deployments: [...tool.deploymentIds],
    frameOrigins: [world.origin],
    active: true,
  };
}
export type RegistrationBody = ReturnType<typeof registrationBody>;
