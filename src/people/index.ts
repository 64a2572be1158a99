export { exportLearning } from './export-learning.ts';
export { leaveCourses } from './leave-courses.ts';
export { peoplePages } from './pages.ts';
export { peopleEndpoints } from './routes.ts';
