#include "coro.h"
// Ten calls down, and from two coroutines: one group.
void step10() { sleep(1); }
void step9() { step10(); }
void step8() { step9(); }
void step7() { step8(); }
void step6() { step7(); }
void step5() { step6(); }
void step4() { step5(); }
void step3() { step4(); }
void step2() { step3(); }
void step1() { step2(); }
task bad_first() { step1(); co_return; }
task bad_second() { step1(); co_return; }
// Characters and bytes differ here, and there is a tab.
task bad_here() {	const char *é = "äöü"; (void)é; sleep(2); co_return; }
