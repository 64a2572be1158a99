// Neither says its types.
declare module 'ltijs';
declare module 'oidc-provider';
