export { homePages } from './page-routes.tsx';
export { staffDesk } from './staff-desk.tsx';
