import { type Key, localizer } from "../localize";
import { checkConfig, LAYOUTS } from "./layout";

interface FormSchema {
  name: string;
  required?: boolean;
  default?: unknown;
  selector: Record<string, unknown>;
}

/** What `ha-form` needs for the visual editor. */
export function cardForm() {
  const t = localizer("en");
  const schema: FormSchema[] = [
    {
      name: "layout",
      default: "full",
      selector: {
        select: { mode: "dropdown", options: LAYOUTS.map((value) => ({ value, label: t(`editor.layout.${value}`) })) },
      },
    },
    { name: "number", selector: { text: {} } },
    { name: "name", selector: { text: {} } },
    { name: "confirm", default: true, selector: { boolean: {} } },
  ];
  return {
    schema,
    computeLabel: (field: FormSchema) => t(`editor.${field.name}` as Key),
    assertConfig: (config: unknown) => {
      checkConfig(config);
    },
  };
}
