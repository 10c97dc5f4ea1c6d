/** Conditions on the entry `e` of a page table that properties of several kinds share. */

/**
 * Entry `e` refers to page `p`. An exclusive entry, or that of a page in a device's memory, holds a reference as a
 * mapping does. The zero page counts as no page.
 */
export const holdsPage =
  '(e.kind == "present" || e.kind == "device_exclusive" || e.kind == "device_private") && !e.zero_page';
/** The same for any page of the folio: the references to its pages are counted together, and so are their marks. */
export const refersToFolio = `${holdsPage} && e.folio == p.folio`;
export const refersTo = `${holdsPage} && e.pfn == p.index`;

export const samePlace = (e: string, other: string) => `${e}.mm == ${other}.mm && ${e}.va == ${other}.va`;
