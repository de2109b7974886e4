import { cleanLanguage } from "../../localize";
import { section } from "../../localize/section";
import { editorTexts } from "../../localize/sections/editor";
import { checkConfig, LAYOUTS, LOOKS } from "./layout";

interface FormSchema {
  name: string;
  required?: boolean;
  default?: unknown;
  selector: Record<string, unknown>;
}

/** One of the user's phones, for the list to choose from. */
export interface FormPhone {
  readonly id: string;
  readonly label: string;
}

const HELPS = ["look", "number", "phone_id"] as const;

/** What `ha-form` needs for the visual editor. */
export function cardForm(language: string | undefined, phones: readonly FormPhone[] = []) {
  const t = section({ language: cleanLanguage(language) }, editorTexts);
  const choice = (options: readonly { value: string; label: string }[]) => ({
    select: { mode: "dropdown", options },
  });
  const schema: FormSchema[] = [
    {
      name: "layout",
      default: "full",
      selector: choice(LAYOUTS.map((value) => ({ value, label: t(`layout.${value}`) }))),
    },
    {
      name: "look",
      default: "standard",
      selector: choice(LOOKS.map((value) => ({ value, label: t(`look.${value}`) }))),
    },
    // Nothing to choose with one phone.
    ...(phones.length > 1
      ? [{ name: "phone_id", selector: choice(phones.map(({ id, label }) => ({ value: id, label }))) }]
      : []),
    { name: "number", selector: { text: {} } },
    { name: "name", selector: { text: {} } },
    { name: "confirm", default: true, selector: { boolean: {} } },
  ];
  return {
    schema,
    computeLabel: (field: FormSchema) => t(field.name as "layout"),
    computeHelper: (field: FormSchema) => {
      const name = HELPS.find((one) => one === field.name);
      return name && t(`${name}.help`);
    },
    assertConfig: (config: unknown) => {
      checkConfig(config);
    },
  };
}
