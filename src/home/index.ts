export { myDataEndpoints, myDataPages } from './my-data-routes.tsx';
export { operationsPages } from './operations/page-routes.tsx';
export { operationsEndpoints } from './operations/routes.ts';
export { homePages } from './page-routes.tsx';
export { staffDesk } from './staff-desk.tsx';
