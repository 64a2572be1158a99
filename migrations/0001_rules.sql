-- What lists and details are made of is counted here, so that no writer can forget it.
CREATE TRIGGER version_course_made AFTER INSERT ON course BEGIN
  INSERT INTO version (of, value) VALUES ('courses', 1), ('course:' || NEW.id, 1) ON CONFLICT (of) DO UPDATE SET value = value + 1;
END;
--> statement-breakpoint
CREATE TRIGGER version_course_changed AFTER UPDATE ON course BEGIN
  INSERT INTO version (of, value) VALUES ('courses', 1), ('course:' || NEW.id, 1) ON CONFLICT (of) DO UPDATE SET value = value + 1;
END;
--> statement-breakpoint
CREATE TRIGGER version_lesson_made AFTER INSERT ON lesson BEGIN
  INSERT INTO version (of, value) VALUES ('course:' || NEW.course_id, 1) ON CONFLICT (of) DO UPDATE SET value = value + 1;
END;
--> statement-breakpoint
CREATE TRIGGER version_lesson_changed AFTER UPDATE ON lesson BEGIN
  INSERT INTO version (of, value) VALUES ('course:' || NEW.course_id, 1) ON CONFLICT (of) DO UPDATE SET value = value + 1;
END;
--> statement-breakpoint
CREATE TRIGGER version_attachment_made AFTER INSERT ON lesson_attachment BEGIN
  INSERT INTO version (of, value) SELECT 'course:' || course_id, 1 FROM lesson WHERE id = NEW.lesson_id ON CONFLICT (of) DO UPDATE SET value = value + 1;
END;
--> statement-breakpoint
CREATE TRIGGER version_attachment_gone AFTER DELETE ON lesson_attachment BEGIN
  INSERT INTO version (of, value) SELECT 'course:' || course_id, 1 FROM lesson WHERE id = OLD.lesson_id ON CONFLICT (of) DO UPDATE SET value = value + 1;
END;
--> statement-breakpoint
CREATE TRIGGER version_enrolment_made AFTER INSERT ON enrolment BEGIN
  INSERT INTO version (of, value) VALUES ('user:' || NEW.user_id, 1) ON CONFLICT (of) DO UPDATE SET value = value + 1;
END;
--> statement-breakpoint
CREATE TRIGGER version_enrolment_changed AFTER UPDATE ON enrolment BEGIN
  INSERT INTO version (of, value) VALUES ('user:' || NEW.user_id, 1) ON CONFLICT (of) DO UPDATE SET value = value + 1;
END;
--> statement-breakpoint
CREATE TRIGGER version_enrolment_gone AFTER DELETE ON enrolment BEGIN
  INSERT INTO version (of, value) VALUES ('user:' || OLD.user_id, 1) ON CONFLICT (of) DO UPDATE SET value = value + 1;
END;
--> statement-breakpoint
CREATE TRIGGER version_progress_made AFTER INSERT ON lesson_progress BEGIN
  INSERT INTO version (of, value) VALUES ('user:' || NEW.user_id, 1) ON CONFLICT (of) DO UPDATE SET value = value + 1;
END;
--> statement-breakpoint
CREATE TRIGGER version_progress_changed AFTER UPDATE ON lesson_progress BEGIN
  INSERT INTO version (of, value) VALUES ('user:' || NEW.user_id, 1) ON CONFLICT (of) DO UPDATE SET value = value + 1;
END;
--> statement-breakpoint
CREATE TRIGGER version_staff_made AFTER INSERT ON course_staff BEGIN
  INSERT INTO version (of, value) VALUES ('user:' || NEW.user_id, 1), ('course:' || NEW.course_id, 1) ON CONFLICT (of) DO UPDATE SET value = value + 1;
END;
--> statement-breakpoint
CREATE TRIGGER version_staff_gone AFTER DELETE ON course_staff BEGIN
  INSERT INTO version (of, value) VALUES ('user:' || OLD.user_id, 1), ('course:' || OLD.course_id, 1) ON CONFLICT (of) DO UPDATE SET value = value + 1;
END;
--> statement-breakpoint
-- The audit log is only ever added to. What is older than the settings keep may go, and so do the names of somebody whose account is deleted.
CREATE TRIGGER audit_is_appended BEFORE UPDATE ON audit
WHEN NOT (
  NEW.detail IS json_remove(OLD.detail, '$.before.name', '$.before.email', '$.before.username', '$.before.pendingEmail', '$.after.name', '$.after.email', '$.after.username', '$.after.pendingEmail')
  AND NEW.id = OLD.id AND NEW.actor_id = OLD.actor_id AND NEW.action = OLD.action AND NEW.subject = OLD.subject
  AND NEW.request_id = OLD.request_id AND NEW.address IS OLD.address AND NEW.at = OLD.at
  AND EXISTS (SELECT 1 FROM user WHERE user.id = OLD.subject AND user.deleted_at IS NOT NULL)
)
BEGIN
  SELECT RAISE(ABORT, 'the audit log is only added to');
END;
--> statement-breakpoint
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
WHEN OLD.at > (unixepoch() - 86400 * coalesce((SELECT CAST(value AS INTEGER) FROM site_setting WHERE name = 'auditRetentionDays'), 365)) * 1000
BEGIN
  SELECT RAISE(ABORT, 'the audit log is kept as long as the settings say');
END;
