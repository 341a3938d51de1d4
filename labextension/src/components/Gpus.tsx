import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import type { Gpu, GpusSection, NvidiaDriver } from '../wire';
import { Bar } from './Bar';
import { EnvironmentFacts, FactList } from './EnvironmentFacts';
import { formatMemory } from './sizes';

/**
 * The graphics processors, and NVIDIA's driver where there is a sign of one.
 */
export function Gpus(props: {
  readonly section: GpusSection;
  readonly trans: TranslationBundle;
}): JSX.Element {
  const { section, trans } = props;
  const parts = ['name', 'memory', 'memory_used', 'capability'];
  const count = section.value?.devices.length ?? 0;
  const told = Array.from({ length: count }).flatMap((_, index) =>
    parts.map(part => `devices.${index}.${part}`)
  );
  return (
    <EnvironmentFacts
      section={section}
      title={trans.__('GPUs')}
      told={[...told, 'nvidia.version', 'nvidia.cuda']}
      trans={trans}
    >
      {({ devices, nvidia }) => (
        <>
          {devices.length === 0 && <p>{trans.__('None was found.')}</p>}
          {devices.map((device, index) => (
            <Device
              key={index}
              gpu={device}
              trans={trans}
              why={part => section.unknown[`devices.${index}.${part}`]}
            />
          ))}
          {nvidia && (
            <Driver driver={nvidia} trans={trans} unknown={section.unknown} />
          )}
        </>
      )}
    </EnvironmentFacts>
  );
}

function Device(props: {
  readonly gpu: Gpu;
  readonly trans: TranslationBundle;
  readonly why: (part: string) => string | undefined;
}): JSX.Element {
  const { gpu, trans, why } = props;
  const { capability, instances, memory, memory_used, mig, vendor } = gpu;
  const name = gpu.name ?? trans.__('A GPU of %1, without a name', vendor);
  const facts: [string, React.ReactNode, string?][] = [];
  if (memory === null || memory_used === null) {
    facts.push(
      [
        trans.__('Memory'),
        memory === null ? null : formatMemory(memory, trans),
        why('memory')
      ],
      [
        trans.__('Memory in use'),
        memory_used === null ? null : formatMemory(memory_used, trans),
        why('memory_used')
      ]
    );
  }
  if (vendor === 'nvidia') {
    facts.push([trans.__('Compute capability'), capability, why('capability')]);
  } else if (capability) {
    facts.push([trans.__('Target'), capability]);
  }
  if (mig) {
    facts.push([
      trans.__('Split into'),
      trans._n('%1 instance', '%1 instances', instances.length)
    ]);
  }
  return (
    <>
      {memory !== null && memory_used !== null ? (
        <Memory most={memory} name={name} trans={trans} used={memory_used} />
      ) : (
        <p>
          <b>{name}</b>
        </p>
      )}
      <FactList facts={facts} trans={trans} />
    </>
  );
}

/**
 * How much of a GPU's memory was in use when it was looked at.
 */
function Memory(props: {
  readonly most: number;
  readonly name: string;
  readonly trans: TranslationBundle;
  readonly used: number;
}): JSX.Element {
  const { most, name, trans, used } = props;
  const words = trans.__(
    '%1 of %2 in use',
    formatMemory(used, trans),
    formatMemory(most, trans)
  );
  return (
    <>
      <div className="jp-Envcheck-barTitle">
        <b>{name}</b>
        <span>{words}</span>
      </div>
      <Bar label={`${name}: ${words}`} most={most} value={used} />
    </>
  );
}

function Driver(props: {
  readonly driver: NvidiaDriver;
  readonly trans: TranslationBundle;
  readonly unknown: Readonly<Record<string, string>>;
}): JSX.Element {
  const { driver, trans, unknown } = props;
  return (
    <>
      {driver.why && <p>{trans.__('NVIDIA’s driver: %1', driver.why)}</p>}
      <FactList
        facts={[
          [
            trans.__('NVIDIA driver'),
            driver.version,
            unknown['nvidia.version']
          ],
          [trans.__('Newest CUDA'), driver.cuda, unknown['nvidia.cuda']]
        ]}
        trans={trans}
      />
    </>
  );
}
