CREATE TABLE `accommodation` (
	`assessment_id` text NOT NULL,
	`user_id` text NOT NULL,
	`extra_time_seconds` integer DEFAULT 0 NOT NULL,
	`time_multiplier` real DEFAULT 1 NOT NULL,
	`extra_attempts` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`assessment_id`, `user_id`),
	FOREIGN KEY (`assessment_id`) REFERENCES `assessment`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `accommodation_user` ON `accommodation` (`user_id`);--> statement-breakpoint
CREATE TABLE `admission` (
	`assessment_id` text NOT NULL,
	`user_id` text NOT NULL,
	PRIMARY KEY(`user_id`, `assessment_id`),
	FOREIGN KEY (`assessment_id`) REFERENCES `assessment`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `assessment` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`course_id` text,
	`owner_id` text NOT NULL,
	`behaviour` text NOT NULL,
	`time_limit_seconds` integer,
	`opens_at` integer,
	`closes_at` integer,
	`attempts_allowed` integer NOT NULL,
	`grading_method` text NOT NULL,
	`pass_mark` real NOT NULL,
	`shuffle_items` integer NOT NULL,
	`sections` text NOT NULL,
	`review` text NOT NULL,
	`published_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`course_id`) REFERENCES `course`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`owner_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `assessment_owner` ON `assessment` (`owner_id`);--> statement-breakpoint
CREATE INDEX `assessment_course` ON `assessment` (`course_id`);--> statement-breakpoint
CREATE TABLE `assessment_share` (
	`assessment_id` text NOT NULL,
	`user_id` text NOT NULL,
	PRIMARY KEY(`assessment_id`, `user_id`),
	FOREIGN KEY (`assessment_id`) REFERENCES `assessment`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `assessment_share_user` ON `assessment_share` (`user_id`);--> statement-breakpoint
CREATE TABLE `attempt` (
	`id` text PRIMARY KEY NOT NULL,
	`assessment_id` text NOT NULL,
	`user_id` text NOT NULL,
	`number` integer NOT NULL,
	`state` text NOT NULL,
	`seed` text NOT NULL,
	`started_at` integer NOT NULL,
	`ends_at` integer,
	`granted_seconds` integer DEFAULT 0 NOT NULL,
	`reopenings` integer DEFAULT 0 NOT NULL,
	`reopened_until` integer,
	`finished_at` integer,
	`epoch` integer DEFAULT 1 NOT NULL,
	`last_seq` integer DEFAULT 0 NOT NULL,
	`archived_at` integer,
	FOREIGN KEY (`assessment_id`) REFERENCES `assessment`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `attempt_number` ON `attempt` (`assessment_id`,`user_id`,`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `attempt_one_open` ON `attempt` (`assessment_id`,`user_id`) WHERE state = 'open';--> statement-breakpoint
CREATE INDEX `attempt_user` ON `attempt` (`user_id`,`started_at`);--> statement-breakpoint
CREATE INDEX `attempt_due` ON `attempt` (`state`,`ends_at`);--> statement-breakpoint
CREATE INDEX `attempt_old` ON `attempt` (`state`,`archived_at`,`finished_at`);--> statement-breakpoint
CREATE TABLE `result` (
	`attempt_id` text NOT NULL,
	`number` integer NOT NULL,
	`given` real NOT NULL,
	`maximum` real NOT NULL,
	`percent` real NOT NULL,
	`passed` integer NOT NULL,
	`answered` integer NOT NULL,
	`late_ops` integer NOT NULL,
	`finished_at` integer NOT NULL,
	`items` text NOT NULL,
	PRIMARY KEY(`attempt_id`, `number`),
	FOREIGN KEY (`attempt_id`) REFERENCES `attempt`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `course` (
	`id` text PRIMARY KEY NOT NULL,
	`course_key` text NOT NULL,
	`title` text NOT NULL,
	`source` text DEFAULT 'here' NOT NULL,
	`examination_level` text,
	`academic_class` text,
	`visibility` text DEFAULT 'invited' NOT NULL,
	`seat_limit` integer,
	`description` text DEFAULT '' NOT NULL,
	`description_html` text DEFAULT '' NOT NULL,
	`teacher_guide` text DEFAULT '' NOT NULL,
	`teacher_guide_html` text DEFAULT '' NOT NULL,
	`estimated_hours` real,
	`minimum_mastery_percent` real,
	`version` integer DEFAULT 1 NOT NULL,
	`revision` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`deleted_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `course_course_key_unique` ON `course` (`course_key`);--> statement-breakpoint
CREATE INDEX `course_title` ON `course` (`title`,`id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE TABLE `course_staff` (
	`course_id` text NOT NULL,
	`user_id` text NOT NULL,
	PRIMARY KEY(`course_id`, `user_id`),
	FOREIGN KEY (`course_id`) REFERENCES `course`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `course_staff_user` ON `course_staff` (`user_id`);--> statement-breakpoint
CREATE TABLE `enrolment` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`course_id` text NOT NULL,
	`is_active` integer DEFAULT true NOT NULL,
	`mode` text DEFAULT 'audit' NOT NULL,
	`origin` text DEFAULT 'platform' NOT NULL,
	`enrolled_by` text,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	`last_accessed_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`course_id`) REFERENCES `course`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`enrolled_by`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `enrolment_course` ON `enrolment` (`course_id`);--> statement-breakpoint
CREATE INDEX `enrolment_last_seen` ON `enrolment` (`is_active`,`origin`,`last_accessed_at`,`created_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `enrolment_once` ON `enrolment` (`user_id`,`course_id`);--> statement-breakpoint
CREATE TABLE `lesson` (
	`id` text PRIMARY KEY NOT NULL,
	`course_id` text NOT NULL,
	`objective_id` text,
	`title` text NOT NULL,
	`body` text NOT NULL,
	`html` text NOT NULL,
	`position` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	FOREIGN KEY (`course_id`) REFERENCES `course`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`objective_id`) REFERENCES `node`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`created_by`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `lesson_course` ON `lesson` (`course_id`,`position`);--> statement-breakpoint
CREATE INDEX `lesson_deleted` ON `lesson` (`deleted_at`);--> statement-breakpoint
CREATE TABLE `lesson_attachment` (
	`id` text PRIMARY KEY NOT NULL,
	`lesson_id` text NOT NULL,
	`name` text NOT NULL,
	`media_type` text NOT NULL,
	`bytes` integer NOT NULL,
	`key` text NOT NULL,
	`created_at` integer NOT NULL,
	`deleted_at` integer,
	FOREIGN KEY (`lesson_id`) REFERENCES `lesson`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `lesson_attachment_lesson` ON `lesson_attachment` (`lesson_id`);--> statement-breakpoint
CREATE INDEX `lesson_attachment_deleted` ON `lesson_attachment` (`deleted_at`);--> statement-breakpoint
CREATE TABLE `lesson_progress` (
	`user_id` text NOT NULL,
	`lesson_id` text NOT NULL,
	`opened_at` integer NOT NULL,
	`last_opened_at` integer NOT NULL,
	`completed_at` integer,
	PRIMARY KEY(`user_id`, `lesson_id`),
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`lesson_id`) REFERENCES `lesson`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `lesson_progress_lesson` ON `lesson_progress` (`lesson_id`);--> statement-breakpoint
CREATE TABLE `node` (
	`id` text PRIMARY KEY NOT NULL,
	`course_id` text NOT NULL,
	`kind` text NOT NULL,
	`parent_id` text,
	`usage_key` text,
	`type` text,
	`title` text NOT NULL,
	`position` integer NOT NULL,
	`start` text,
	`due` text,
	`graded` integer DEFAULT false NOT NULL,
	`format` text,
	`visibility` text DEFAULT 'shown' NOT NULL,
	`retired_at` integer,
	FOREIGN KEY (`course_id`) REFERENCES `course`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`parent_id`) REFERENCES `node`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `node_parent` ON `node` (`parent_id`);--> statement-breakpoint
CREATE INDEX `node_kind` ON `node` (`course_id`,`kind`);--> statement-breakpoint
CREATE UNIQUE INDEX `node_usage_key` ON `node` (`course_id`,`usage_key`);--> statement-breakpoint
CREATE TABLE `dead_letter` (
	`id` text PRIMARY KEY NOT NULL,
	`queue` text NOT NULL,
	`body` text NOT NULL,
	`attempts` integer NOT NULL,
	`at` integer NOT NULL,
	`replayed_at` integer
);
--> statement-breakpoint
CREATE INDEX `dead_letter_at` ON `dead_letter` (`at`);--> statement-breakpoint
CREATE TABLE `event` (
	`id` text PRIMARY KEY NOT NULL,
	`type` text NOT NULL,
	`payload` text NOT NULL,
	`at` integer NOT NULL,
	`next_at` integer,
	`handled_at` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`last_error` text
);
--> statement-breakpoint
CREATE INDEX `event_next` ON `event` (`next_at`);--> statement-breakpoint
CREATE INDEX `event_handled` ON `event` (`handled_at`);--> statement-breakpoint
CREATE TABLE `idempotency` (
	`user_id` text NOT NULL,
	`method` text NOT NULL,
	`path` text NOT NULL,
	`key` text NOT NULL,
	`body_hash` text NOT NULL,
	`status` integer,
	`answer` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`user_id`, `method`, `path`, `key`)
);
--> statement-breakpoint
CREATE INDEX `idempotency_at` ON `idempotency` (`at`);--> statement-breakpoint
CREATE TABLE `site_setting` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `version` (
	`of` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `api_key` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`secret_hash` text NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	`last_used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_key_secret_hash_unique` ON `api_key` (`secret_hash`);--> statement-breakpoint
CREATE INDEX `api_key_user` ON `api_key` (`user_id`);--> statement-breakpoint
CREATE TABLE `audit` (
	`id` text PRIMARY KEY NOT NULL,
	`actor_id` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL,
	`detail` text NOT NULL,
	`request_id` text NOT NULL,
	`address` text,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_subject` ON `audit` (`subject`,`at`);--> statement-breakpoint
CREATE INDEX `audit_actor` ON `audit` (`actor_id`,`at`);--> statement-breakpoint
CREATE INDEX `audit_at` ON `audit` (`at`);--> statement-breakpoint
CREATE TABLE `external_identity` (
	`provider` text NOT NULL,
	`subject` text NOT NULL,
	`user_id` text NOT NULL,
	`email` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`provider`, `subject`),
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `external_identity_once` ON `external_identity` (`user_id`,`provider`);--> statement-breakpoint
CREATE TABLE `external_sign_in` (
	`state_hash` text PRIMARY KEY NOT NULL,
	`browser_hash` text NOT NULL,
	`provider` text NOT NULL,
	`verifier` text NOT NULL,
	`nonce` text NOT NULL,
	`next` text NOT NULL,
	`user_id` text,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `external_sign_in_expiry` ON `external_sign_in` (`expires_at`);--> statement-breakpoint
CREATE TABLE `one_time_link` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`purpose` text NOT NULL,
	`email` text,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `one_time_link_user` ON `one_time_link` (`user_id`);--> statement-breakpoint
CREATE INDEX `one_time_link_expiry` ON `one_time_link` (`expires_at`);--> statement-breakpoint
CREATE TABLE `recovery_code` (
	`user_id` text NOT NULL,
	`code_hash` text NOT NULL,
	`used_at` integer,
	PRIMARY KEY(`user_id`, `code_hash`),
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `refresh_family` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`role` text,
	`launch` text,
	`device` text,
	`confirmed_at` integer,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `refresh_family_user` ON `refresh_family` (`user_id`);--> statement-breakpoint
CREATE INDEX `refresh_family_expiry` ON `refresh_family` (`expires_at`);--> statement-breakpoint
CREATE TABLE `refresh_token` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`family_id` text NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`family_id`) REFERENCES `refresh_family`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `refresh_token_family` ON `refresh_token` (`family_id`);--> statement-breakpoint
CREATE INDEX `refresh_token_expiry` ON `refresh_token` (`expires_at`);--> statement-breakpoint
CREATE TABLE `second_factor` (
	`user_id` text PRIMARY KEY NOT NULL,
	`secret` text NOT NULL,
	`last_step` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`confirmed_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `second_factor_begun` ON `second_factor` (`created_at`) WHERE confirmed_at is null;--> statement-breakpoint
CREATE TABLE `session` (
	`secret_hash` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`role` text,
	`launch` text,
	`frame_origins` text,
	`device` text,
	`confirmed_at` integer,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `session_id_unique` ON `session` (`id`);--> statement-breakpoint
CREATE INDEX `session_user` ON `session` (`user_id`);--> statement-breakpoint
CREATE INDEX `session_expiry` ON `session` (`expires_at`);--> statement-breakpoint
CREATE TABLE `user` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text,
	`username` text,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`password_hash` text,
	`must_change_password` integer DEFAULT false NOT NULL,
	`email_verified_at` integer,
	`pending_email` text,
	`locale` text,
	`instructor_id` text,
	`blocked_at` integer,
	`deleted_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`instructor_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_email_unique` ON `user` (`email`);--> statement-breakpoint
CREATE UNIQUE INDEX `user_username_unique` ON `user` (`username`);--> statement-breakpoint
CREATE INDEX `user_instructor` ON `user` (`instructor_id`);--> statement-breakpoint
CREATE INDEX `user_name` ON `user` (`name`);--> statement-breakpoint
CREATE INDEX `user_superadmin` ON `user` (`id`) WHERE role = 'superadmin';--> statement-breakpoint
CREATE TABLE `bank` (
	`id` text PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`course_id` text,
	`owner_id` text NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	FOREIGN KEY (`course_id`) REFERENCES `course`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`owner_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `bank_owner` ON `bank` (`owner_id`);--> statement-breakpoint
CREATE INDEX `bank_course` ON `bank` (`course_id`);--> statement-breakpoint
CREATE TABLE `bank_share` (
	`bank_id` text NOT NULL,
	`user_id` text NOT NULL,
	PRIMARY KEY(`bank_id`, `user_id`),
	FOREIGN KEY (`bank_id`) REFERENCES `bank`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `bank_share_user` ON `bank_share` (`user_id`);--> statement-breakpoint
CREATE TABLE `item` (
	`id` text PRIMARY KEY NOT NULL,
	`bank_id` text NOT NULL,
	`position` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`deleted_at` integer,
	`deleted_in_version` integer,
	`imported_from` text,
	FOREIGN KEY (`bank_id`) REFERENCES `bank`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `item_bank` ON `item` (`bank_id`,`position`);--> statement-breakpoint
CREATE UNIQUE INDEX `item_imported_from` ON `item` (`bank_id`,`imported_from`) WHERE "item"."deleted_at" is null;--> statement-breakpoint
CREATE TABLE `item_version` (
	`item_id` text NOT NULL,
	`version` integer NOT NULL,
	`source` text NOT NULL,
	`rendered` text NOT NULL,
	`bank_version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	PRIMARY KEY(`item_id`, `version`),
	FOREIGN KEY (`item_id`) REFERENCES `item`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`created_by`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `lti_context` (
	`id` text PRIMARY KEY NOT NULL,
	`registration_id` text NOT NULL,
	`deployment_id` text NOT NULL,
	`context_id` text NOT NULL,
	`title` text NOT NULL,
	`course_id` text NOT NULL,
	`roster_url` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`registration_id`) REFERENCES `lti_registration`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`course_id`) REFERENCES `course`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `lti_context_once` ON `lti_context` (`registration_id`,`deployment_id`,`context_id`);--> statement-breakpoint
CREATE INDEX `lti_context_course` ON `lti_context` (`course_id`);--> statement-breakpoint
CREATE TABLE `lti_deployment` (
	`registration_id` text NOT NULL,
	`deployment_id` text NOT NULL,
	`is_approved` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`registration_id`, `deployment_id`),
	FOREIGN KEY (`registration_id`) REFERENCES `lti_registration`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `lti_invitation` (
	`secret_hash` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`created_by` text NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`created_by`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `lti_invitation_id_unique` ON `lti_invitation` (`id`);--> statement-breakpoint
CREATE TABLE `lti_launch_code` (
	`code_hash` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`user_id` text NOT NULL,
	`launch` text NOT NULL,
	`landing` text NOT NULL,
	`deep_linking` text,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `lti_launch_code_expiry` ON `lti_launch_code` (`expires_at`);--> statement-breakpoint
CREATE TABLE `lti_launch_log` (
	`registration_id` text NOT NULL,
	`hour` integer NOT NULL,
	`code` text NOT NULL,
	`times` integer NOT NULL,
	`last_at` integer NOT NULL,
	`request_id` text NOT NULL,
	PRIMARY KEY(`registration_id`, `hour`, `code`),
	FOREIGN KEY (`registration_id`) REFERENCES `lti_registration`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `lti_launch_log_hour` ON `lti_launch_log` (`hour`);--> statement-breakpoint
CREATE TABLE `lti_link_user` (
	`link_id` text NOT NULL,
	`user_id` text NOT NULL,
	`sub` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`link_id`, `user_id`),
	FOREIGN KEY (`link_id`) REFERENCES `lti_resource_link`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `lti_link_user_user` ON `lti_link_user` (`user_id`);--> statement-breakpoint
CREATE TABLE `lti_login` (
	`state_hash` text PRIMARY KEY NOT NULL,
	`registration_id` text NOT NULL,
	`nonce_hash` text NOT NULL,
	`browser_hash` text NOT NULL,
	`target_link_uri` text NOT NULL,
	`deployment_id` text,
	`login_hint` text NOT NULL,
	`message_hint` text,
	`storage_target` text,
	`expires_at` integer NOT NULL,
	`used_at` integer,
	FOREIGN KEY (`registration_id`) REFERENCES `lti_registration`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `lti_login_expiry` ON `lti_login` (`expires_at`);--> statement-breakpoint
CREATE TABLE `lti_user` (
	`registration_id` text NOT NULL,
	`sub` text NOT NULL,
	`user_id` text NOT NULL,
	`email` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`registration_id`, `sub`),
	FOREIGN KEY (`registration_id`) REFERENCES `lti_registration`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `lti_user_user` ON `lti_user` (`user_id`);--> statement-breakpoint
CREATE TABLE `lti_membership` (
	`context_id` text NOT NULL,
	`user_id` text NOT NULL,
	`role` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`context_id`, `user_id`),
	FOREIGN KEY (`context_id`) REFERENCES `lti_context`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `lti_membership_user` ON `lti_membership` (`user_id`);--> statement-breakpoint
CREATE TABLE `lti_passback` (
	`id` text PRIMARY KEY NOT NULL,
	`registration_id` text NOT NULL,
	`link_id` text NOT NULL,
	`slot` text NOT NULL,
	`user_id` text NOT NULL,
	`sub` text NOT NULL,
	`revision` integer NOT NULL,
	`score_given` real,
	`score_maximum` real,
	`started_at` integer,
	`submitted_at` integer,
	`timestamp` integer NOT NULL,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`sent_revision` integer DEFAULT 0 NOT NULL,
	`is_unclear` integer DEFAULT false NOT NULL,
	`is_retimed` integer DEFAULT false NOT NULL,
	`last_status` integer,
	`last_error` text,
	`next_at` integer,
	`lease_until` integer,
	`final_at` integer,
	`created_at` integer NOT NULL,
	`delivered_at` integer,
	FOREIGN KEY (`registration_id`) REFERENCES `lti_registration`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`link_id`) REFERENCES `lti_resource_link`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `lti_passback_once` ON `lti_passback` (`registration_id`,`slot`,`user_id`);--> statement-breakpoint
CREATE INDEX `lti_passback_link` ON `lti_passback` (`link_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `lti_passback_due` ON `lti_passback` (`state`,`next_at`);--> statement-breakpoint
CREATE TABLE `lti_registration` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`issuer` text NOT NULL,
	`client_id` text NOT NULL,
	`auth_login_url` text NOT NULL,
	`auth_token_url` text NOT NULL,
	`key_set_url` text NOT NULL,
	`audience` text,
	`allow_anonymous` integer DEFAULT false NOT NULL,
	`frame_origins` text NOT NULL,
	`is_active` integer DEFAULT true NOT NULL,
	`is_dynamic` integer DEFAULT false NOT NULL,
	`key_set` text,
	`key_set_at` integer,
	`key_set_tried_at` integer,
	`key_set_missed_at` integer,
	`key_set_fault` text,
	`key_set_fault_at` integer,
	`created_at` integer NOT NULL,
	`deleted_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `lti_registration_client` ON `lti_registration` (`issuer`,`client_id`) WHERE deleted_at is null;--> statement-breakpoint
CREATE TABLE `lti_resource_link` (
	`id` text PRIMARY KEY NOT NULL,
	`registration_id` text NOT NULL,
	`deployment_id` text NOT NULL,
	`resource_link_id` text NOT NULL,
	`context_id` text,
	`title` text NOT NULL,
	`assessment_id` text,
	`line_item` text,
	`line_items` text,
	`line_item_sought_until` integer,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`registration_id`) REFERENCES `lti_registration`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`context_id`) REFERENCES `lti_context`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`assessment_id`) REFERENCES `assessment`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `lti_resource_link_once` ON `lti_resource_link` (`registration_id`,`deployment_id`,`resource_link_id`);--> statement-breakpoint
CREATE INDEX `lti_resource_link_assessment` ON `lti_resource_link` (`assessment_id`);--> statement-breakpoint
CREATE INDEX `lti_resource_link_context` ON `lti_resource_link` (`context_id`);--> statement-breakpoint
CREATE TABLE `lti_signing_key` (
	`kid` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`public_key` text NOT NULL,
	`private_key` text NOT NULL,
	`created_at` integer NOT NULL,
	`active_from` integer NOT NULL,
	`retired_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `lti_signing_key_one` ON `lti_signing_key` (`state`) WHERE state in ('next', 'active');--> statement-breakpoint
CREATE TABLE `mail` (
	`id` text PRIMARY KEY NOT NULL,
	`event_id` text NOT NULL,
	`kind` text NOT NULL,
	`user_id` text NOT NULL,
	`locale` text NOT NULL,
	`recipient` text NOT NULL,
	`subject` text NOT NULL,
	`text` text,
	`state` text DEFAULT 'pending' NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_at` integer,
	`lease_until` integer,
	`last_error` text,
	`created_at` integer NOT NULL,
	`sent_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mail_once` ON `mail` (`event_id`,`kind`);--> statement-breakpoint
CREATE INDEX `mail_next` ON `mail` (`next_at`);--> statement-breakpoint
CREATE INDEX `mail_created` ON `mail` (`created_at`);--> statement-breakpoint
CREATE INDEX `mail_user` ON `mail` (`user_id`);--> statement-breakpoint
CREATE TABLE `connection` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`lms_url` text NOT NULL,
	`studio_url` text,
	`client_id` text NOT NULL,
	`client_secret` text NOT NULL,
	`sign_in_client_id` text,
	`sign_in_client_secret` text,
	`hmac_secret` text NOT NULL,
	`require_signature` integer DEFAULT false NOT NULL,
	`allow_sign_in` integer DEFAULT true NOT NULL,
	`debounce_seconds` integer DEFAULT 30 NOT NULL,
	`vanish_limit_percent` integer DEFAULT 30 NOT NULL,
	`created_at` integer NOT NULL,
	`deleted_at` integer
);
--> statement-breakpoint
CREATE TABLE `followed_course` (
	`course_id` text PRIMARY KEY NOT NULL,
	`connection_id` text NOT NULL,
	`seen_version` text,
	`seen_published_at` integer,
	`platform_version` text,
	`settle_at` integer,
	`settle_step` integer DEFAULT 0 NOT NULL,
	`reconcile_at` integer NOT NULL,
	`reconciled_at` integer,
	`enrolments_next` text,
	`last_error` text,
	FOREIGN KEY (`course_id`) REFERENCES `course`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`connection_id`) REFERENCES `connection`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `followed_course_due` ON `followed_course` (`reconcile_at`);--> statement-breakpoint
CREATE INDEX `followed_course_connection` ON `followed_course` (`connection_id`);--> statement-breakpoint
CREATE TABLE `ignored_event` (
	`connection_id` text NOT NULL,
	`event_type` text NOT NULL,
	`day` text NOT NULL,
	`times` integer NOT NULL,
	PRIMARY KEY(`connection_id`, `event_type`, `day`),
	FOREIGN KEY (`connection_id`) REFERENCES `connection`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `openedx_enrolment` (
	`connection_id` text NOT NULL,
	`course_key` text NOT NULL,
	`lms_user_id` integer NOT NULL,
	`is_active` integer NOT NULL,
	`mode` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`connection_id`, `course_key`, `lms_user_id`),
	FOREIGN KEY (`connection_id`) REFERENCES `connection`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `openedx_event` (
	`id` text PRIMARY KEY NOT NULL,
	`connection_id` text NOT NULL,
	`event_id` text,
	`event_type` text NOT NULL,
	`course_key` text,
	`at` integer,
	`received_at` integer NOT NULL,
	`data` text,
	`run_id` text,
	`duplicates` integer DEFAULT 0 NOT NULL,
	`handled_at` integer,
	`next_at` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`last_error` text,
	FOREIGN KEY (`connection_id`) REFERENCES `connection`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`run_id`) REFERENCES `sync_run`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `openedx_event_once` ON `openedx_event` (`connection_id`,`event_id`) WHERE event_id is not null;--> statement-breakpoint
CREATE INDEX `openedx_event_run` ON `openedx_event` (`run_id`);--> statement-breakpoint
CREATE INDEX `openedx_event_course` ON `openedx_event` (`course_key`,`received_at`);--> statement-breakpoint
CREATE INDEX `openedx_event_received` ON `openedx_event` (`received_at`);--> statement-breakpoint
CREATE INDEX `openedx_event_next` ON `openedx_event` (`next_at`);--> statement-breakpoint
CREATE TABLE `openedx_grade` (
	`connection_id` text NOT NULL,
	`course_key` text NOT NULL,
	`lms_user_id` integer NOT NULL,
	`kind` text NOT NULL,
	`data` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`connection_id`, `course_key`, `lms_user_id`, `kind`),
	FOREIGN KEY (`connection_id`) REFERENCES `connection`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `openedx_staff` (
	`connection_id` text NOT NULL,
	`lms_user_id` integer NOT NULL,
	`course_id` text NOT NULL,
	PRIMARY KEY(`connection_id`, `lms_user_id`, `course_id`),
	FOREIGN KEY (`connection_id`) REFERENCES `connection`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`course_id`) REFERENCES `course`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `openedx_user` (
	`connection_id` text NOT NULL,
	`lms_user_id` integer NOT NULL,
	`user_id` text NOT NULL,
	`username` text NOT NULL,
	`is_active` integer NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`connection_id`, `lms_user_id`),
	FOREIGN KEY (`connection_id`) REFERENCES `connection`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`user_id`) REFERENCES `user`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `openedx_user_user` ON `openedx_user` (`user_id`);--> statement-breakpoint
CREATE INDEX `openedx_user_username` ON `openedx_user` (`connection_id`,`username`);--> statement-breakpoint
CREATE TABLE `openedx_sign_in_state` (
	`state_hash` text PRIMARY KEY NOT NULL,
	`connection_id` text NOT NULL,
	`browser_hash` text NOT NULL,
	`verifier` text NOT NULL,
	`next` text NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`connection_id`) REFERENCES `connection`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `openedx_sign_in_state_expiry` ON `openedx_sign_in_state` (`expires_at`);--> statement-breakpoint
CREATE TABLE `sync_change` (
	`run_id` text NOT NULL,
	`seq` integer NOT NULL,
	`op` text NOT NULL,
	`usage_key` text NOT NULL,
	`title` text NOT NULL,
	`detail` text NOT NULL,
	PRIMARY KEY(`run_id`, `seq`),
	FOREIGN KEY (`run_id`) REFERENCES `sync_run`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `sync_patch` (
	`run_id` text NOT NULL,
	`usage_key` text NOT NULL,
	`patch` text NOT NULL,
	PRIMARY KEY(`run_id`, `usage_key`),
	FOREIGN KEY (`run_id`) REFERENCES `sync_run`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `sync_run` (
	`id` text PRIMARY KEY NOT NULL,
	`course_id` text NOT NULL,
	`cause` text NOT NULL,
	`state` text NOT NULL,
	`event_at` integer,
	`due_at` integer,
	`is_forced` integer DEFAULT false NOT NULL,
	`lease_until` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`look_until` integer,
	`published_version` text,
	`confirmed_version` text,
	`course_version` integer,
	`counts` text,
	`error` text,
	`undoes` text,
	`undone_by` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer,
	FOREIGN KEY (`course_id`) REFERENCES `course`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sync_run_pending` ON `sync_run` (`course_id`) WHERE state = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX `sync_run_running` ON `sync_run` (`course_id`) WHERE state = 'running';--> statement-breakpoint
CREATE INDEX `sync_run_course` ON `sync_run` (`course_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `sync_run_due` ON `sync_run` (`state`,`due_at`);--> statement-breakpoint
CREATE TABLE `sync_skipped` (
	`run_id` text NOT NULL,
	`seq` integer NOT NULL,
	`usage_key` text NOT NULL,
	`reason` text NOT NULL,
	PRIMARY KEY(`run_id`, `seq`),
	FOREIGN KEY (`run_id`) REFERENCES `sync_run`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `webhook_secret` (
	`secret_hash` text PRIMARY KEY NOT NULL,
	`connection_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`revoked_at` integer,
	FOREIGN KEY (`connection_id`) REFERENCES `connection`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `webhook_secret_connection` ON `webhook_secret` (`connection_id`);