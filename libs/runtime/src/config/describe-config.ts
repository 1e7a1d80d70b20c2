import { fieldsOf } from './from-env.js';
import { SETTINGS, settingOf, type Secrecy, type SettingName } from './settings.js';

/** One setting as documentation shows it. */
export interface DescribedSetting {
  name: SettingName;
  description: string;
  default: string | undefined;
  secrecy: Secrecy;
}

/** The settings a configuration class reads, in the order of its properties. */
export function describeConfig(Class: new () => object): DescribedSetting[] {
  return fieldsOf(new Class()).map((field) => describe(field.name));
}

/** The text of `.env.example`: every setting with its meaning, commented out at its default; secrets have no value. */
export function envExample(): string {
  const blocks = (Object.keys(SETTINGS) as SettingName[]).map(describe).map((setting) => {
    const value = setting.secrecy === 'open' ? (setting.default ?? '') : '';
    return `# ${setting.description}\n# ${setting.name}=${value}\n`;
  });
  return blocks.join('\n');
}

function describe(name: SettingName): DescribedSetting {
  const setting = settingOf(name);
  return {
    name,
    description: setting.description,
    default: setting.default,
    secrecy: setting.secrecy ?? 'open',
  };
}
