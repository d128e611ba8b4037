// How the replay guest starts, and the instructions that Swift has no words for.
//
// Assembled three times: for the 64-bit guest (x86-64), and with PAE or TWO_LEVEL defined (i686).
// Everything in .boot and .hot lies in the one page at 1 MiB: see link.ld and docs/REPLAY.md.

#if defined(__x86_64__)
#define ROOT_FLAGS 0x27         // present, writable, user, accessed
#define IDENTITY 1536           // superpages: 3 GiB
#elif defined(PAE)
#define ROOT_FLAGS 1
#define IDENTITY 1024           // 2 GiB; the third top entry leads to the window
#endif
#define LINK 0x27
#define SUPERPAGE 0xe7          // present, writable, user, accessed, dirty, superpage

        .section .note.Xen, "a", @note
        .align 4
        .long 4, 4, 18          // XEN_ELFNOTE_PHYS32_ENTRY
        .asciz "Xen"
        .long start

// Entered in 32-bit protected mode, paging off, %ebx pointing at hvm_start_info. Builds the boot
// tables, turns paging on and goes on at the address that every address space has.
        .section .boot, "ax"
        .code32
        .global start
start:
        cli
        mov %ebx, p_start_info
        mov $p_stack_top, %esp

#if defined(TWO_LEVEL)
        xor %ecx, %ecx          // identity: 3 GiB
1:      mov %ecx, %eax
        shl $22, %eax
        or $SUPERPAGE, %eax
        mov %eax, p_boot_root(,%ecx,4)
        inc %ecx
        cmp $768, %ecx
        jb 1b
        xor %ecx, %ecx          // the kernel's window: the first 128 MiB
1:      mov %ecx, %eax
        shl $22, %eax
        or $SUPERPAGE, %eax
        mov %eax, p_boot_root + 960 * 4(,%ecx,4)
        inc %ecx
        cmp $32, %ecx
        jb 1b
        mov %cr4, %eax
        or $0x10, %eax          // PSE
        mov %eax, %cr4
#else
        xor %ecx, %ecx          // identity: the directories lie one behind the other
        xor %edx, %edx
1:      mov %ecx, %eax
        shl $21, %eax
        or $SUPERPAGE, %eax
        mov %eax, p_boot_directories(,%ecx,8)
        inc %ecx
        cmp $IDENTITY, %ecx
        jb 1b
        xor %ecx, %ecx          // the kernel's window
1:      mov %ecx, %eax
        shl $21, %eax
        or $SUPERPAGE, %eax
        mov %eax, p_window_entries(,%ecx,8)
        inc %ecx
        cmp $64, %ecx           // 128 MiB
        jb 1b
#if defined(PAE)
        movl $p_boot_directories + 0x0000 + ROOT_FLAGS, p_boot_root
        movl $p_boot_directories + 0x1000 + ROOT_FLAGS, p_boot_root + 8
        movl $p_kernel_directory + ROOT_FLAGS, p_boot_root + 16
#else
        movl $p_boot_directories + 0x0000 + LINK, p_boot_l3
        movl $p_boot_directories + 0x1000 + LINK, p_boot_l3 + 8
        movl $p_boot_directories + 0x2000 + LINK, p_boot_l3 + 16
        movl $p_kernel_directory + LINK, p_kernel_l3
        movl $p_boot_l3 + ROOT_FLAGS, p_boot_root
        movl $p_kernel_l3 + ROOT_FLAGS, p_boot_root + KERNEL_SLOT * 8
#endif
        mov %cr4, %eax
        or $0x20, %eax          // PAE
        mov %eax, %cr4
#endif
        mov $p_boot_root, %eax
        mov %eax, %cr3
#if defined(__x86_64__)
        mov $0xc0000080, %ecx   // EFER.LME
        rdmsr
        or $0x100, %eax
        wrmsr
#endif
        mov %cr0, %eax
        or $0x80010001, %eax    // PG, WP, PE
        and $0xfffffffb, %eax   // EM
        mov %eax, %cr0
        lgdt p_boot_gdt_pointer
        ljmp $8, $enter

#if defined(__x86_64__)
        .code64
enter:
        mov $16, %eax
        mov %eax, %ds
        mov %eax, %es
        mov %eax, %ss
        movabs $main, %rax
        jmp *%rax
#else
enter:
        mov $16, %eax
        mov %eax, %ds
        mov %eax, %es
        mov %eax, %ss
        mov $main, %eax
        jmp *%eax
#endif

        .align 8
boot_gdt:
        .quad 0
#if defined(__x86_64__)
        .quad 0x00af9b000000ffff, 0x00cf93000000ffff
#else
        .quad 0x00cf9b000000ffff, 0x00cf93000000ffff
#endif
        .global p_boot_gdt_pointer
p_boot_gdt_pointer:
        .word 23
        .long boot_gdt

#if defined(__x86_64__)
#include "hot64.S"
#else
#include "hot32.S"
#endif

        .data
        .align 16
        .global gdt
gdt:    .quad 0
#if defined(__x86_64__)
        .quad 0x00af9b000000ffff, 0x00cf93000000ffff    // kernel
        .quad 0x00affb000000ffff, 0x00cff3000000ffff    // user
#else
        .quad 0x00cf9b000000ffff, 0x00cf93000000ffff
        .quad 0x00cffb000000ffff, 0x00cff3000000ffff
#endif
        .quad 0, 0                                      // the task state segment
gdt_end:
descriptor_pointer:
        .word gdt_end - gdt - 1
#if defined(__x86_64__)
        .quad gdt
#else
        .long gdt
#endif
        .align 4
        .global sb_mode
#if defined(TWO_LEVEL)
sb_mode: .long 2
#elif defined(PAE)
sb_mode: .long 3
#else
sb_mode: .long 4
#endif
        .align 8
idt_pointer:
        .word 129 * IDT_ENTRY - 1
#if defined(__x86_64__)
        .quad idt
#else
        .long idt
#endif

        .section .tables, "aw", @nobits
        .align 4096
        .global boot_root, boot_directories, kernel_directory
boot_root:        .skip 4096
boot_directories: .skip 3 * 4096
kernel_directory: .skip 4096
#if defined(__x86_64__)
        .global boot_l3, kernel_l3
boot_l3:          .skip 4096
kernel_l3:        .skip 4096
        .skip 9 * 4096          // up to the guest's end, 32 pages from its start
#else
        .skip 11 * 4096
#endif
        .bss
        .global idt, task_state, stack_top, interrupt_stack_top, user_stack_top
idt:              .skip 129 * IDT_ENTRY
        .align 16
task_state:       .skip 112
                  .skip 8192
stack_top:
                  .skip 1024
interrupt_stack_top:
                  .skip 256
user_stack_top:
        .global start_info, sb_number, sb_resume, sb_stack, sb_faulted, sb_words
        .align 16
sb_words:         .skip 16
start_info:       .skip 8
sb_resume:        .skip 8
sb_stack:         .skip 8
sb_faulted:       .skip 4
sb_number:        .skip 4
        .section .note.GNU-stack, "", @progbits
