import React, { useEffect, useRef, useState } from 'react';
import { CommandIDs } from '../commandids';
import type { IDraft } from '../plans';
import type { IComponentProps } from './CommandButton';
import { CommandButton } from './CommandButton';
import { nameProblem, pythonProblem } from './draftwords';
import { Field } from './Field';

/**
 * Properties of the form.
 */
export interface IDraftProps extends IComponentProps {
  /**
   * What is in it at first.
   */
  readonly draft: IDraft;
}

/**
 * A form for a new environment, of which a plan is made.
 */
export function Draft(props: IDraftProps): JSX.Element {
  // Another draft begins with what is in it, and not with what was typed for the last one.
  return <Form key={JSON.stringify(props.draft)} {...props} />;
}

function Form(props: IDraftProps): JSX.Element {
  const { commands, draft, trans } = props;
  const [name, setName] = useState(draft.name);
  const [packages, setPackages] = useState(draft.packages);
  const [python, setPython] = useState(draft.python);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => {
    first.current?.focus();
    first.current?.select();
  }, []);
  const wrongName = nameProblem(name, trans);
  const wrongPython = pythonProblem(python, trans);
  const { channels } = draft;
  const args = { name, packages, python, ...(channels && { channels }) };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (
      event.key === 'Enter' &&
      commands.isEnabled(CommandIDs.planEnvironment, args)
    ) {
      void commands.execute(CommandIDs.planEnvironment, args);
    }
  };
  return (
    <>
      <p>
        {trans.__(
          'A new environment, with a kernel of its own. That of this notebook stays as it is.'
        )}
      </p>
      <div onKeyDown={onKeyDown}>
        <Field
          ref={first}
          hint={wrongName ?? trans.__('Its kernel gets the same name.')}
          label={trans.__('Name')}
          onChange={value => setName(value.trim())}
          value={name}
          wrong={wrongName !== null}
        />
        <Field
          hint={trans.__(
            'Separated by spaces. ipykernel, which makes it a kernel, comes along.'
          )}
          label={trans.__('Packages')}
          onChange={setPackages}
          placeholder={trans.__('For example: numpy pandas>=2')}
          value={packages}
        />
        <Field
          hint={
            wrongPython ??
            trans.__('Leave it empty to have the same as this notebook.')
          }
          label={trans.__('Python')}
          onChange={value => setPython(value.trim())}
          placeholder={trans.__('For example: 3.13')}
          value={python}
          wrong={wrongPython !== null}
        />
      </div>
      <div className="jp-Envcheck-buttons">
        <CommandButton
          commands={commands}
          id={CommandIDs.planEnvironment}
          args={args}
          look="primary"
        />
        <CommandButton commands={commands} id={CommandIDs.dropPlan} />
      </div>
    </>
  );
}
