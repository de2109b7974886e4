import { getPhone } from "../../ha/page";
import { providePhone, registerCard } from "./card-element";

providePhone(getPhone, () => import("../../ha/card-extras"));
registerCard();
