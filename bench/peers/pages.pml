/* Device-exclusive entries over P pages (at most 3) that two address spaces (parent 0, child 1) share, T threads that each repeat
 * fault (F), zap (Z), fork (K) or make exclusive (X). The same steps as test/fixtures/pages-model.ts, under the same
 * labels: each label is one place of a thread, and what leads on from it is one atomic step. */
#ifndef T
#define T 2
#endif
#ifndef P
#define P 2
#endif
mtype = { none, present, exclusive };
mtype kind[2] = none;          /* a page-table entry for each address space */
byte pfn[2];
bit writable[2];
bit ptl[2];
bit sequence[2];               /* the notifier's, one bit of it */
byte refcount[P];
byte mapcount[P];
bit page_lock[P];
bit anon_exclusive[P];
bit tlb_valid, tlb_mm;         /* one entry of a device TLB */
byte tlb_page;

inline lock(what)   { if :: d_step { what == 0 -> what = 1 } fi }
inline put_page()   { refcount[page]--; if :: refcount[page] == 0 -> anon_exclusive[page] = 0 :: else fi }
inline forget()     { m = 0; page = 0; sees = none; flag = 0; began = 0 }
inline invalidate() {
  sequence[m] = 1 - sequence[m];
  if :: tlb_valid && tlb_mm == m -> tlb_valid = 0; tlb_mm = 0; tlb_page = 0 :: else fi
}
#define SECOND (P > 1 -> 1 : 0)
#define THIRD  (P > 2 -> 2 : 0)
#define FREE   (refcount[0] == 0 || refcount[SECOND] == 0 || refcount[THIRD] == 0)
inline map(new) {
  kind[m] = present; pfn[m] = new; writable[m] = 1; refcount[new] = 1; mapcount[new] = 1; anon_exclusive[new] = 1
}
/* Maps the first free page writable, if there is one. */
inline map_fresh()  {
  if
  :: refcount[0] == 0 -> map(0)
  :: else -> if
     :: refcount[SECOND] == 0 -> map(SECOND)
     :: else -> if :: refcount[THIRD] == 0 -> map(THIRD) :: else fi
     fi
  fi
}
/* The entry is still the read-only one that the fault saw. */
#define MINE (kind[m] == present && pfn[m] == page && !writable[m])

active [T] proctype thread() {
  bit m; byte page; mtype sees = none; bit flag; bit began;
idle:
  if
  :: m = 0; goto F1
  :: m = 1; goto F1
  :: m = 0; goto Z1
  :: m = 1; goto Z1
  :: m = 0; goto X1
  :: m = 1; goto X1
  :: m = 0; goto K1
  fi;

F1:  lock(ptl[m]);
F2:  if :: d_step { sees = kind[m]; flag = writable[m]; page = pfn[m] } fi;
F3:  if
     :: sees == none -> goto F4
     :: sees == present && flag -> goto F16
     :: sees == present && !flag -> goto F5
     :: sees == exclusive -> goto F10
     fi;
F4:  if :: d_step { map_fresh() } fi; goto F16;
F5:  if
     :: d_step { anon_exclusive[page] || refcount[page] == 1 -> anon_exclusive[page] = 1; writable[m] = 1 }; goto F16
     :: d_step { !(anon_exclusive[page] || refcount[page] == 1) -> refcount[page]++ }
     fi;
F6:  ptl[m] = 0;
F7:  lock(ptl[m]);
F8:  if
     :: d_step { MINE && FREE -> map_fresh(); mapcount[page]--; refcount[page]-- }
     :: !(MINE && FREE) -> goto F15
     fi;
F9:  if :: d_step { invalidate() } fi; goto F15;
F10: if :: d_step { refcount[page]++; ptl[m] = 0 } fi;
F11: lock(page_lock[page]);
F12: if :: d_step { invalidate() } fi;
F13: lock(ptl[m]);
F14: if :: d_step {
       if :: kind[m] == exclusive && pfn[m] == page -> kind[m] = present; writable[m] = anon_exclusive[page] :: else fi;
       page_lock[page] = 0
     } fi;
F15: if :: d_step { put_page() } fi;
F16: if :: d_step { ptl[m] = 0; forget() } fi; goto idle;

Z1:  lock(ptl[m]);
Z2:  if :: d_step { sees = kind[m]; page = pfn[m] } fi;
Z3:  if :: sees == none -> goto Z6 :: sees != none fi;
Z4:  if :: d_step { kind[m] = none; pfn[m] = 0; writable[m] = 0; mapcount[page]--; invalidate() } fi;
Z5:  if :: d_step { put_page() } fi;
Z6:  if :: d_step { ptl[m] = 0; forget() } fi; goto idle;

K1:  lock(ptl[0]);
K2:  lock(ptl[1]);
K3:  if :: d_step { sees = kind[0]; page = pfn[0]; flag = (kind[1] != none) } fi;
K4:  if :: sees == none || flag -> goto K7 :: sees != none && !flag fi;
K5:  if :: d_step {
       kind[0] = present; writable[0] = 0; anon_exclusive[page] = 0;
       refcount[page]++; mapcount[page]++;
       kind[1] = present; pfn[1] = page; writable[1] = 0
     } fi;
K6:  if :: d_step { invalidate() } fi;
K7:  ptl[1] = 0;
K8:  if :: d_step { ptl[0] = 0; forget() } fi; goto idle;

X1:  lock(ptl[m]);
X2:  if :: d_step { sees = kind[m]; page = pfn[m] } fi;
X3:  if :: sees != present -> goto X13 :: sees == present fi;
X4:  if :: d_step { refcount[page]++; ptl[m] = 0 } fi;
X5:  lock(page_lock[page]);
X6:  began = sequence[m];
X7:  lock(ptl[m]);
X8:  if
     :: d_step { kind[m] == present && pfn[m] == page && anon_exclusive[page] -> kind[m] = exclusive; writable[m] = 0 }
     :: d_step { !(kind[m] == present && pfn[m] == page && anon_exclusive[page]) -> page_lock[page] = 0 }; goto X12
     fi;
X9:  ptl[m] = 0;
X10: if :: d_step { if :: sequence[m] == began -> tlb_valid = 1; tlb_mm = m; tlb_page = page :: else fi } fi;
X11: page_lock[page] = 0; goto X14;
X12: ptl[m] = 0; goto X14;
X13: if :: d_step { ptl[m] = 0; forget() } fi; goto idle;
X14: if :: d_step { put_page(); forget() } fi; goto idle
}
