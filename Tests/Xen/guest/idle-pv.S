# The smallest PV guest that Xen takes: it idles for ever. A domain without a pool.
#
# Xen starts it in 64-bit mode with event delivery off, on page tables that it made; nothing is at the
# stack yet. It polls no event channel without a timeout: only the end of the domain wakes it.

  .macro note type, size
  .align 4
  .long 4, \size, \type
  .asciz "Xen"
  .align 4
  .endm

  .section .note.Xen, "a", @note
  note 5, 8                     # XEN_ELFNOTE_XEN_VERSION
  .asciz "xen-3.0"
  note 6, 5                     # XEN_ELFNOTE_GUEST_OS
  .asciz "idle"
  note 8, 8                     # XEN_ELFNOTE_LOADER
  .asciz "generic"
  note 9, 4                     # XEN_ELFNOTE_PAE_MODE
  .asciz "yes"
  note 3, 8                     # XEN_ELFNOTE_VIRT_BASE
  .quad 0
  note 1, 8                     # XEN_ELFNOTE_ENTRY
  .quad start
  note 2, 8                     # XEN_ELFNOTE_HYPERCALL_PAGE
  .quad hypercalls
  .align 4

  .data
  .align 4096
# Filled in by Xen: 32 bytes for each call.
hypercalls:
  .skip 4096
poll:
  .quad 0, 0, 0                 # no ports, none of them, no timeout
  .skip 4096
stack:

  .text
  .code64
  .global start
start:
  lea stack(%rip), %rsp
1:
  mov $3, %edi                  # SCHEDOP_poll
  lea poll(%rip), %rsi
  call hypercalls + 29 * 32     # sched_op
  jmp 1b

  .section .note.GNU-stack, "", @progbits
