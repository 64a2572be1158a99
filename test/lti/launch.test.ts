import { describe, expect, it } from 'vitest';
import { anAssessment, aUser } from '../factories.ts';
import { aPlatform, STUDENT, TEACHER } from './a-launching-platform.ts';

describe('a launch', () => {
  for (const mode of ['openedx', 'moodle', 'canvas'] as const) {
    it(`of a student leads to the start page of what its link names (${mode})`, async () => {
      const teacher = await aUser('instructor');
      const { id } = await anAssessment(teacher);
      const { lti, launch } = await aPlatform(mode);
      const link = lti.addLink({ title: 'Exam', custom: { assessment_id: id }, lineItem: { scoreMaximum: 10 } });
      const { browser, shown } = await launch(STUDENT, link);
      expect(shown.meta).toMatchObject({ 've-launch': 'student' });
      expect(shown.status).toBe(200);
      const start = await browser.send('GET', `/assessments/${id}`);
      expect(start.status).toBe(200);
      expect(start.headers.get('content-security-policy')).toContain('frame-ancestors https://');
    });
  }
});
