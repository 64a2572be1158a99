import { sharing } from '../items/index.ts';
import { assessment, assessmentShare } from './schema.ts';
import { ownAssessment } from './who-sees.ts';

/** Sharing a definition with colleagues. */
export const assessmentSharing = sharing({
  ...{ kind: 'assessment', table: assessment, id: assessment.id, own: ownAssessment },
  ...{ shares: assessmentShare, of: assessmentShare.assessmentId, with: assessmentShare.userId },
});
