import type { Offered } from '../assessments/index.ts';
import type { Words } from '../ui/index.ts';
import { type PickProblem, takesLinks } from './answer-deep-linking.ts';
import type { DeepLinkingSettings } from './launch.ts';

type PickProps = {
  words: Words;
  code: string;
  settings: DeepLinkingSettings;
  offered: readonly Offered[];
  chosen?: readonly string[];
  problem?: PickProblem;
};

/** An instructor chooses what to add to their course. The code in the form is what opens it; no cookie is needed. */
export function PickPage({ words, code, settings, offered, chosen = [], problem }: PickProps) {
  const canAdd = takesLinks(settings) && offered.length > 0;
  return (
    <>
      <h1>{words('ltiPickTitle')}</h1>
      {problem && (
        <p role="alert" id="problem">
          {words(problem)}
        </p>
      )}
      <form method="post" action="/lti/deep-linking">
        <input type="hidden" name="code" value={code} />
        {canAdd && <p id="what">{words(settings.acceptMultiple ? 'ltiPickText' : 'ltiPickOne')}</p>}
        {canAdd ? (
          <fieldset aria-describedby={problem ? 'problem what' : 'what'}>
            <legend>{words('ltiDeskChoose')}</legend>
            {offered.map(({ id, title, behaviour }) => (
              <p>
                <label>
                  <input type="checkbox" name="assessment" value={id} checked={chosen.includes(id)} /> {title}{' '}
                  <small>({words(behaviour)})</small>
                </label>
              </p>
            ))}
          </fieldset>
        ) : (
          <p>{words(takesLinks(settings) ? 'ltiDeskOffered' : 'ltiPickTypes')}</p>
        )}
        {canAdd && (
          <button type="submit" name="go" value="add">
            {words('ltiPickAdd')}
          </button>
        )}{' '}
        <button type="submit" name="go" value="nothing" class="quiet">
          {words('ltiPickNothing')}
        </button>
      </form>
    </>
  );
}

/** The browser takes the signed answer back to the platform. */
export const AnswerPage = ({ words, returnUrl, jwt }: { words: Words; returnUrl: string; jwt: string }) => (
  <>
    <h1>{words('ltiAnswerTitle')}</h1>
    <p>{words('ltiAnswerText')}</p>
    <form id="ve-answer" method="post" action={returnUrl}>
      <input type="hidden" name="JWT" value={jwt} />
      <button type="submit">{words('ltiContinue')}</button>
    </form>
  </>
);
