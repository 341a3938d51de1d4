import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal } from '@lumino/signaling';
import { Preferences } from '../preferences';

/**
 * Settings as the server keeps them, of which each registry has a copy until it reads them anew.
 */
class Kept {
  constructor(public user: Record<string, unknown> = {}) {}

  registry(): ISettingRegistry {
    const settings = {
      id: 'plugin',
      composite: { ...this.user },
      changed: new Signal<object, void>({}),
      set: async (name: string, value: unknown) => {
        settings.composite[name] = value;
        this.user = { ...settings.composite };
        settings.changed.emit();
      }
    };
    return {
      load: async () => settings,
      reload: async () => {
        settings.composite = { ...this.user };
        settings.changed.emit();
      }
    } as unknown as ISettingRegistry;
  }
}

async function following(registry: ISettingRegistry): Promise<Preferences> {
  const preferences = new Preferences();
  await preferences.follow(registry, 'plugin');
  return preferences;
}

describe('Preferences', () => {
  it('should have the usual where there are no settings', () => {
    const { experience, manager, side } = new Preferences();
    expect([experience, manager, side]).toEqual(['beginner', '', 'right']);
  });

  it('should be what the settings say, and no nonsense', async () => {
    const told = { side: 'left', experience: 'advanced', manager: 'uv' };
    expect(await following(new Kept(told).registry())).toMatchObject(told);
    const nonsense = { side: 3, experience: null, manager: {}, dismissed: [1] };
    const preferences = await following(new Kept(nonsense).registry());
    expect(preferences).toMatchObject({
      side: 'right',
      experience: 'beginner',
      manager: ''
    });
    expect(preferences.dismissed('/env').size).toBe(0);
    await preferences.dismiss('/env', 'a');
    expect([...preferences.dismissed('/env')]).toEqual(['a']);
  });

  it('should dismiss in one environment alone, and bring back', async () => {
    const kept = new Kept();
    const preferences = await following(kept.registry());
    let changes = 0;
    preferences.changed.connect(() => changes++);
    await preferences.dismiss('/env', 'a');
    await preferences.dismiss('/env', 'b');
    await preferences.dismiss('/env', 'a');
    await preferences.dismiss('/other', 'a');
    expect(kept.user.dismissed).toEqual({
      '/env': ['b', 'a'],
      '/other': ['a']
    });
    expect(changes).toBeGreaterThan(0);
    await preferences.bringBack('/env', 'b');
    expect([...preferences.dismissed('/env')]).toEqual(['a']);
    await preferences.bringBack('/env', null);
    expect(kept.user.dismissed).toEqual({ '/other': ['a'] });
  });

  it('should keep what another tab has dismissed since', async () => {
    const kept = new Kept();
    const [one, other] = await Promise.all([
      following(kept.registry()),
      following(kept.registry())
    ]);
    await one.dismiss('/env', 'a');
    await other.dismiss('/env', 'b');
    expect(kept.user.dismissed).toEqual({ '/env': ['a', 'b'] });
  });

  it('should lose none of two that are dismissed at once', async () => {
    const kept = new Kept();
    const preferences = await following(kept.registry());
    await Promise.all([
      preferences.dismiss('/env', 'a'),
      preferences.dismiss('/env', 'b')
    ]);
    expect(kept.user.dismissed).toEqual({ '/env': ['a', 'b'] });
  });

  it('should dismiss for as long as the page is there where nothing can be kept', async () => {
    const registry = new Kept({ dismissed: { '/env': ['a'] } }).registry();
    registry.reload = () => Promise.reject(new Error('offline'));
    for (const preferences of [new Preferences(), await following(registry)]) {
      await preferences.dismiss('/env', 'b');
      expect(preferences.dismissed('/env').has('b')).toBe(true);
      await preferences.bringBack('/env', 'b');
      expect(preferences.dismissed('/env').has('b')).toBe(false);
    }
  });

  it('should keep with the next change what could not be kept, and tell once', async () => {
    const kept = new Kept({ dismissed: { '/env': ['a'] } });
    const registry = kept.registry();
    const { reload } = registry;
    const preferences = await following(registry);
    let told = 0;
    preferences.unkept.connect(() => told++);
    registry.reload = () => Promise.reject(new Error('offline'));
    await preferences.dismiss('/env', 'b');
    await preferences.bringBack('/env', 'a');
    expect([...preferences.dismissed('/env')]).toEqual(['b']);
    expect(kept.user.dismissed).toEqual({ '/env': ['a'] });
    expect(told).toBe(1);
    registry.reload = reload;
    await preferences.dismiss('/other', 'c');
    expect(kept.user.dismissed).toEqual({ '/env': ['b'], '/other': ['c'] });
    registry.reload = () => Promise.reject(new Error('offline'));
    await preferences.dismiss('/env', 'd');
    expect(told).toBe(2);
  });
});
