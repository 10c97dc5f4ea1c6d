-- The protocol of pages.pml: the same steps, one or more rules for each label. P is at most 3 there, any number here.
const
  T: 2;
  P: 2;
type
  tid: scalarset(T);
  mm: 0..1;
  pageT: 0..P-1;
  kindT: enum { NONE, PRESENT, EXCLUSIVE };
  placeT: enum { idle, F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12, F13, F14, F15, F16,
                 Z1, Z2, Z3, Z4, Z5, Z6, K1, K2, K3, K4, K5, K6, K7, K8,
                 X1, X2, X3, X4, X5, X6, X7, X8, X9, X10, X11, X12, X13, X14 };
  threadT: record
    place: placeT;
    -- What it has read, kept until it is idle.
    m: mm;
    page: pageT;
    sees: kindT;
    flag: boolean;
    began: boolean;
  end;
var
  kind: array[mm] of kindT;
  pfn: array[mm] of pageT;
  writable: array[mm] of boolean;
  ptl: array[mm] of boolean;
  sequence: array[mm] of boolean;
  refcount: array[pageT] of 0..7;
  mapcount: array[pageT] of 0..7;
  page_lock: array[pageT] of boolean;
  anon_exclusive: array[pageT] of boolean;
  tlb_valid: boolean;
  tlb_mm: mm;
  tlb_page: pageT;
  thread: array[tid] of threadT;

procedure invalidate(i: mm); begin
  sequence[i] := !sequence[i];
  if tlb_valid & tlb_mm = i then tlb_valid := false; tlb_mm := 0; tlb_page := 0; end;
end;

procedure put_page(p: pageT); begin
  refcount[p] := refcount[p] - 1;
  if refcount[p] = 0 then anon_exclusive[p] := false; end;
end;

-- Maps the first free page writable; false if there is none.
function map_fresh(i: mm): boolean; begin
  for p: pageT do
    if refcount[p] = 0 then
      kind[i] := PRESENT; pfn[i] := p; writable[i] := true;
      refcount[p] := 1; mapcount[p] := 1; anon_exclusive[p] := true;
      return true;
    end;
  end;
  return false;
end;

procedure become_idle(t: tid); begin
  clear thread[t];
end;

startstate begin
  clear kind; clear pfn; clear writable; clear ptl; clear sequence;
  clear refcount; clear mapcount; clear page_lock; clear anon_exclusive;
  clear tlb_valid; clear tlb_mm; clear tlb_page;
  for t: tid do become_idle(t); end;
end;

ruleset t: tid do alias me: thread[t]; m: thread[t].m; page: thread[t].page do
  ruleset i: mm do
    rule "fault"     me.place = idle ==> begin me.m := i; me.place := F1; end;
    rule "zap"       me.place = idle ==> begin me.m := i; me.place := Z1; end;
    rule "exclusive" me.place = idle ==> begin me.m := i; me.place := X1; end;
  end;
  rule "fork" me.place = idle ==> begin me.place := K1; end;

  rule "F1" me.place = F1 & !ptl[m] ==> begin ptl[m] := true; me.place := F2; end;
  rule "F2" me.place = F2 ==> begin
    me.sees := kind[m]; me.flag := writable[m]; me.page := pfn[m]; me.place := F3; end;
  rule "F3" me.place = F3 ==> begin
    if me.sees = NONE then me.place := F4;
    elsif me.sees = EXCLUSIVE then me.place := F10;
    elsif me.flag then me.place := F16;
    else me.place := F5; end; end;
  rule "F4" me.place = F4 ==> var mapped: boolean; begin mapped := map_fresh(m); me.place := F16; end;
  rule "F5" me.place = F5 ==> begin
    if anon_exclusive[page] | refcount[page] = 1 then
      anon_exclusive[page] := true; writable[m] := true; me.place := F16;
    else refcount[page] := refcount[page] + 1; me.place := F6; end; end;
  rule "F6" me.place = F6 ==> begin ptl[m] := false; me.place := F7; end;
  rule "F7" me.place = F7 & !ptl[m] ==> begin ptl[m] := true; me.place := F8; end;
  rule "F8" me.place = F8 ==> begin
    me.place := F15;
    -- The entry is still the read-only one that the fault saw.
    if kind[m] = PRESENT & pfn[m] = page & !writable[m] then
      if map_fresh(m) then
        mapcount[page] := mapcount[page] - 1; refcount[page] := refcount[page] - 1; me.place := F9;
      end;
    end; end;
  rule "F9" me.place = F9 ==> begin invalidate(m); me.place := F15; end;
  rule "F10" me.place = F10 ==> begin refcount[page] := refcount[page] + 1; ptl[m] := false; me.place := F11; end;
  rule "F11" me.place = F11 & !page_lock[page] ==> begin page_lock[page] := true; me.place := F12; end;
  rule "F12" me.place = F12 ==> begin invalidate(m); me.place := F13; end;
  rule "F13" me.place = F13 & !ptl[m] ==> begin ptl[m] := true; me.place := F14; end;
  rule "F14" me.place = F14 ==> begin
    if kind[m] = EXCLUSIVE & pfn[m] = page then kind[m] := PRESENT; writable[m] := anon_exclusive[page]; end;
    page_lock[page] := false; me.place := F15; end;
  rule "F15" me.place = F15 ==> begin put_page(page); me.place := F16; end;
  rule "F16" me.place = F16 ==> begin ptl[m] := false; become_idle(t); end;

  rule "Z1" me.place = Z1 & !ptl[m] ==> begin ptl[m] := true; me.place := Z2; end;
  rule "Z2" me.place = Z2 ==> begin me.sees := kind[m]; me.page := pfn[m]; me.place := Z3; end;
  rule "Z3" me.place = Z3 ==> begin if me.sees = NONE then me.place := Z6; else me.place := Z4; end; end;
  rule "Z4" me.place = Z4 ==> begin
    kind[m] := NONE; pfn[m] := 0; writable[m] := false; mapcount[page] := mapcount[page] - 1;
    invalidate(m); me.place := Z5; end;
  rule "Z5" me.place = Z5 ==> begin put_page(page); me.place := Z6; end;
  rule "Z6" me.place = Z6 ==> begin ptl[m] := false; become_idle(t); end;

  rule "K1" me.place = K1 & !ptl[0] ==> begin ptl[0] := true; me.place := K2; end;
  rule "K2" me.place = K2 & !ptl[1] ==> begin ptl[1] := true; me.place := K3; end;
  rule "K3" me.place = K3 ==> begin
    me.sees := kind[0]; me.page := pfn[0]; me.flag := kind[1] != NONE; me.place := K4; end;
  rule "K4" me.place = K4 ==> begin
    if me.sees = NONE | me.flag then me.place := K7; else me.place := K5; end; end;
  rule "K5" me.place = K5 ==> begin
    kind[0] := PRESENT; writable[0] := false; anon_exclusive[page] := false;
    refcount[page] := refcount[page] + 1; mapcount[page] := mapcount[page] + 1;
    kind[1] := PRESENT; pfn[1] := page; writable[1] := false; me.place := K6; end;
  rule "K6" me.place = K6 ==> begin invalidate(0); me.place := K7; end;
  rule "K7" me.place = K7 ==> begin ptl[1] := false; me.place := K8; end;
  rule "K8" me.place = K8 ==> begin ptl[0] := false; become_idle(t); end;

  rule "X1" me.place = X1 & !ptl[m] ==> begin ptl[m] := true; me.place := X2; end;
  rule "X2" me.place = X2 ==> begin me.sees := kind[m]; me.page := pfn[m]; me.place := X3; end;
  rule "X3" me.place = X3 ==> begin if me.sees = PRESENT then me.place := X4; else me.place := X13; end; end;
  rule "X4" me.place = X4 ==> begin refcount[page] := refcount[page] + 1; ptl[m] := false; me.place := X5; end;
  rule "X5" me.place = X5 & !page_lock[page] ==> begin page_lock[page] := true; me.place := X6; end;
  rule "X6" me.place = X6 ==> begin me.began := sequence[m]; me.place := X7; end;
  rule "X7" me.place = X7 & !ptl[m] ==> begin ptl[m] := true; me.place := X8; end;
  rule "X8" me.place = X8 ==> begin
    if kind[m] = PRESENT & pfn[m] = page & anon_exclusive[page] then
      kind[m] := EXCLUSIVE; writable[m] := false; me.place := X9;
    else page_lock[page] := false; me.place := X12; end; end;
  rule "X9" me.place = X9 ==> begin ptl[m] := false; me.place := X10; end;
  rule "X10" me.place = X10 ==> begin
    if sequence[m] = me.began then tlb_valid := true; tlb_mm := m; tlb_page := page; end; me.place := X11; end;
  rule "X11" me.place = X11 ==> begin page_lock[page] := false; me.place := X14; end;
  rule "X12" me.place = X12 ==> begin ptl[m] := false; me.place := X14; end;
  rule "X13" me.place = X13 ==> begin ptl[m] := false; become_idle(t); end;
  rule "X14" me.place = X14 ==> begin put_page(page); become_idle(t); end;
end; end;
