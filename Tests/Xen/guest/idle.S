# The smallest guest that Xen's PVH loader takes: it says one line and then idles for ever.
#
# Entered in 32-bit protected mode with paging off. Bytes written to port 0xE9 appear on Xen's
# console. Interrupts stay on while it halts: Xen takes a processor that halts with them off for a
# domain that has shut down. Nothing here makes an interrupt, so there is no table of them.

  .section .note.Xen, "a", @note
  .align 4
  .long 2f - 1f
  .long 4f - 3f
  .long 18                      # XEN_ELFNOTE_PHYS32_ENTRY
1:.asciz "Xen"
2:.align 4
3:.long start
4:.align 4

  .text
  .code32
  .global start
start:
  mov $line, %esi
1:
  lodsb
  test %al, %al
  jz 2f
  out %al, $0xe9
  jmp 1b
2:
  sti
  hlt
  jmp 2b

  .section .rodata
line:
  .asciz "idle guest runs\n"

  .section .note.GNU-stack, "", @progbits
