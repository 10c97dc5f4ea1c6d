/** An element that shows a trace in the viewer. It lives as long as the page, and the trace in it changes. */
import type { Trace } from "../../../trace/format.ts";
import type { Place } from "../../../viewer/data/place.ts";
import { showInElement } from "../../../viewer/in-element.ts";
import type { Viewer, ViewerHost } from "../../../viewer/viewer.ts";

export interface ShownTrace {
  readonly element: HTMLElement;
  /** Shows the trace after so many of its steps. The element must be on the page. Returns whether it is another trace. */
  readonly show: (trace: Trace, step: number) => boolean;
  /** Gives the viewer its keys. */
  readonly focus: () => void;
  /** The element is not on the page. */
  readonly hide: () => void;
}

export interface ShownTraceOptions extends Pick<ViewerHost, "scrollsPage"> {
  /** The style sheet of the viewer. */
  readonly style: string;
  /** Hears at which step the reader is. */
  readonly onStep: (step: number) => void;
}

export function createShownTrace({ style, scrollsPage, onStep }: ShownTraceOptions): ShownTrace {
  const element = document.createElement("div");
  element.className = "shown-trace";
  let viewer: Viewer | undefined;
  let shown: Trace | undefined;
  let place: Place = { step: 0, allSteps: false };
  let isHidden = true;

  function onPlace(now: Place): void {
    const moved = now.step !== place.step;
    place = now;
    if (moved) onStep(now.step);
  }

  return {
    element,
    show(trace, step) {
      const isOther = trace !== shown;
      if (!isOther && step === place.step && !isHidden) return false;
      shown = trace;
      isHidden = false;
      place = { step, allSteps: place.allSteps };
      if (viewer === undefined)
        viewer = showInElement(element, style, [trace], {
          place: step === 0 ? undefined : place,
          scrollsPage,
          onPlace,
        });
      else if (isOther) viewer.showOthers([trace], place);
      else viewer.goTo(place);
      return isOther;
    },
    focus: () => viewer?.focus(),
    hide() {
      isHidden = true;
    },
  };
}
