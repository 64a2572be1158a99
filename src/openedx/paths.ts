/** Where the pages of this room stand. A course key is one segment, whatever is in it. */
export const coursePath = (courseKey: string) => `/staff/courses/${encodeURIComponent(courseKey)}`;
export const runPath = (id: string) => `/staff/runs/${encodeURIComponent(id)}`;
export const eventsPath = (courseKey: string) => `/staff/openedx/events?${new URLSearchParams({ courseKey })}`;
