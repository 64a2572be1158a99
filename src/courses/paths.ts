/** Where the pages of a course are. */
export const coursePath = (courseKey: string) => `/courses/${encodeURIComponent(courseKey)}`;
export const staffCoursePath = (courseKey: string) => `/staff/courses/${encodeURIComponent(courseKey)}`;
export const learnerPath = (courseKey: string, userId: string) => `${staffCoursePath(courseKey)}/students/${userId}`;
