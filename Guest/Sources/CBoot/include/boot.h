/// The replay guest's instructions that Swift has no words for; hot64.S and hot32.S hold them.
#pragma once

#include <stdint.h>

// Each may fault: `sb_faulted` is 1 afterwards, and the instruction was left out.
uint32_t sb_read(uintptr_t address);
void sb_write(uintptr_t address, uint32_t word);
void sb_keep(uintptr_t address);
uint32_t sb_read_user(uintptr_t address);
void sb_write_user(uintptr_t address, uint32_t word);
void sb_keep_user(uintptr_t address);
void sb_write_entry(uintptr_t address, uint32_t low, uint32_t high);
extern uint32_t sb_faulted;

/// The operation that is being done.
extern uint32_t sb_number;

/// The paging mode: 2, 3 or 4 levels.
extern uint32_t sb_mode;

// These go on to an exception, which ends the guest.
void sb_take(uintptr_t address, uint32_t *words);
void sb_load_root(uintptr_t value);
void sb_invalidate(uintptr_t address);

uint64_t sb_clock(void);
uintptr_t sb_fault_address(void);
void sb_out(uint32_t byte);
void sb_stop(void) __attribute__((noreturn));
void sb_load_descriptors(void);

// Where the assembler put things: handlers of exceptions, the tables they need, a stack.
#define SB_PLACE(symbol) \
  extern uint8_t symbol[]; \
  static inline uintptr_t symbol##_address(void) { return (uintptr_t)symbol; }

SB_PLACE(sb_handlers)
SB_PLACE(sb_page_fault)
SB_PLACE(sb_back)
SB_PLACE(gdt)
SB_PLACE(idt)
SB_PLACE(task_state)
SB_PLACE(interrupt_stack_top)
SB_PLACE(sb_words)
