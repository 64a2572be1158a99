import { describe, expect, it } from 'vitest';
import { roleOf } from '../../src/lti/roles.ts';

const M = 'http://purl.imsglobal.org/vocab/lis/v2/membership';
const SYSTEM = 'http://purl.imsglobal.org/vocab/lis/v2/system/person';
const INSTITUTION = 'http://purl.imsglobal.org/vocab/lis/v2/institution/person';

describe('who has these roles in the context', () => {
  it.each([
    [`${M}#Instructor`],
    [`${M}#Administrator`],
    [`${M}/Instructor#ExternalInstructor`],
    [`${M}/Instructor#GuestInstructor`],
    [`${M}/Instructor#Lecturer`],
    [`${M}/Instructor#PrimaryInstructor`],
    [`${M}/Instructor#SecondaryInstructor`],
    ['Instructor'],
    ['Administrator'],
    [`${M}#Learner`, `${M}#Instructor`],
    // lti-core-v1p3 §A.2.3.1: a teaching assistant whom the platform calls an instructor too.
    [`${M}/Instructor#TeachingAssistant`, `${M}#Instructor`],
    ['', 'urn:unknown:role', `${SYSTEM}#None`, `${M}#Instructor`],
  ])('is an instructor: %s %s', (...roles) => {
    expect(roleOf(roles)).toBe('instructor');
  });

  it.each([
    [[]],
    [['']],
    [[' ']],
    [[`${M}#Learner`]],
    [['Learner']],
    [['learner']],
    [[`${M}#Mentor`]],
    [[`${M}#Manager`]],
    [[`${M}#Member`]],
    [[`${M}#Officer`]],
    [[`${M}#ContentDeveloper`]],
    // Teaching assistants and graders by themselves.
    ...['', 'Group', 'Offering', 'Section', 'SectionAssociation', 'Template'].map((kind) => [
      [`${M}/Instructor#TeachingAssistant${kind}`],
    ]),
    [[`${M}/Instructor#Grader`]],
    [['TeachingAssistant']],
    [[`${M}#TeachingAssistant`]],
    // `Instructor` as a sub-role of a learner, and sub-roles nobody knows.
    [[`${M}/Learner#Instructor`]],
    [[`${M}/Learner#NonCreditLearner`]],
    [[`${M}/Instructor#Instructor`]],
    [[`${M}/Instructor`]],
    [[`${M}/Instructor#`]],
    [[`${M}/Administrator#Support`]],
    [[`${M}/Administrator#ExternalDeveloper`]],
    [[`${M}/Mentor#Tutor`]],
    // Of the system and the institution, not of this course.
    [[`${SYSTEM}#Administrator`]],
    [[`${SYSTEM}#SysAdmin`]],
    [[`${INSTITUTION}#Administrator`]],
    [[`${INSTITUTION}#Instructor`]],
    [[`${INSTITUTION}#Faculty`, `${INSTITUTION}#Staff`]],
    [['http://purl.imsglobal.org/vocab/lis/v2/person#Administrator']],
    [['http://purl.imsglobal.org/vocab/lti/system/person#TestUser']],
    // Nearly the right text.
    [[`${M}#Instructor `]],
    [[` ${M}#Instructor`]],
    [[`${M}#Instructor\n`]],
    [[`${M}#instructor`]],
    [[`${M}#Instructors`]],
    [[`${M}#INSTRUCTOR`]],
    [[`${M}/#Instructor`]],
    [[`${M}#Instructor/`]],
    [[`${M}#Learner,${M}#Instructor`]],
    [[`${M}#Learner ${M}#Instructor`]],
    [[`${M.replace('http:', 'https:')}#Instructor`]],
    [[M.replace('purl', 'Purl').concat('#Instructor')]],
    [['http://evil.example/vocab/lis/v2/membership#Instructor']],
    [['instructor']],
    [['administrator']],
    [['Instructor,Learner']],
    [['urn:lti:role:ims/lis/Instructor']],
    [['admin']],
    [['constructor', '__proto__', 'has']],
  ])('is a student: %j', (roles) => {
    expect(roleOf(roles)).toBe('student');
  });

  it('finds the one that counts among thousands', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => `urn:role:${index}`);
    expect(roleOf(many)).toBe('student');
    expect(roleOf([...many, `${M}#Instructor`])).toBe('instructor');
  });
});
