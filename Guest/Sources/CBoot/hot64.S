// The 64-bit guest's instructions that may fault. A fault at one of them ends at label 1 behind it.

#define IDT_ENTRY 16
#define WATCHED(...) \
        movq %rsp, sb_stack(%rip); \
        leaq 1f(%rip), %rax; \
        movq %rax, sb_resume(%rip); \
        __VA_ARGS__; \
1:      movq $0, sb_resume(%rip)

        .section .hot, "ax"
        .code64
        .global main
main:
        movabs $stack_top, %rax
        mov %rax, %rsp
        lgdt descriptor_pointer(%rip)
        mov start_info(%rip), %edi
        call sb_main
2:      hlt
        jmp 2b

        .global sb_read, sb_write, sb_keep, sb_write_entry, sb_load_root, sb_invalidate
sb_read:                        // (address) -> the word there
        WATCHED(movl (%rdi), %edx)
        mov %edx, %eax
        ret
sb_write:                       // (address, word)
        WATCHED(movl %esi, (%rdi))
        ret
sb_keep:                        // (address): writes what is there
        WATCHED(orl $0, (%rdi))
        ret
sb_write_entry:                 // (address, low word, high word)
        mov %esi, %esi
        shl $32, %rdx
        or %rsi, %rdx
        WATCHED(movq %rdx, (%rdi))
        ret
sb_load_root:                   // (value of CR3)
        movq %rdi, %cr3
        ret
sb_invalidate:                  // (address)
        invlpg (%rdi)
        ret

        .global sb_take
sb_take:                        // (address in the stream, where its 16 bytes go)
        movq (%rdi), %rax
        movq 8(%rdi), %rdx
        movq %rax, (%rsi)
        movq %rdx, 8(%rsi)
        ret

        .global sb_read_user, sb_write_user, sb_keep_user
sb_read_user:                   // as sb_read, from ring 3
        leaq read_in_ring_3(%rip), %rcx
        jmp 3f
sb_keep_user:                   // as sb_keep, from ring 3
        leaq keep_in_ring_3(%rip), %rcx
        jmp 3f
sb_write_user:                  // as sb_write, from ring 3
        leaq write_in_ring_3(%rip), %rcx
3:      movq %rsp, sb_stack(%rip)
        leaq 4f(%rip), %rax
        movq %rax, sb_resume(%rip)
        leaq user_stack_top(%rip), %rax
        pushq $0x23
        pushq %rax
        pushq $2
        pushq $0x1b
        pushq %rcx
        iretq
4:      movq $0, sb_resume(%rip)
        mov %edx, %eax
        ret
read_in_ring_3:
        movl (%rdi), %edx
        int $0x80
keep_in_ring_3:
        orl $0, (%rdi)
        int $0x80
write_in_ring_3:
        movl %esi, (%rdi)
        int $0x80

        .global sb_page_fault, sb_back
sb_page_fault:
        cmpq $0, sb_resume(%rip)
        je unexpected_page_fault
        movl $1, sb_faulted(%rip)
sb_back:                        // from ring 3, by int $0x80, or from a fault
        movq sb_stack(%rip), %rsp
        jmp *sb_resume(%rip)
unexpected_page_fault:
        pushq $14
        jmp sb_unexpected

        .global sb_out, sb_clock, sb_fault_address, sb_stop
sb_out:                         // (byte), to Xen's console
        mov %edi, %eax
        outb %al, $0xe9
        ret
sb_clock:                       // -> the time stamp counter
        rdtsc
        shl $32, %rdx
        or %rdx, %rax
        ret
sb_fault_address:
        movq %cr2, %rax
        ret
sb_stop:
        cli
        hlt
        jmp sb_stop

        .global sb_load_descriptors
sb_load_descriptors:            // IDT and task register
        lidt idt_pointer(%rip)
        mov $0x28, %eax
        ltr %ax
        ret

        .text
        .global sb_handlers
        .align 8
sb_handlers:                    // one of 8 bytes for each of the first 32 vectors
        .set vector, 0
        .rept 32
        .align 8
        pushq $vector
        jmp sb_unexpected
        .set vector, vector + 1
        .endr
sb_unexpected:                  // the vector is on top, an error code perhaps below
        popq %rdi
        movq (%rsp), %rsi
        movq 8(%rsp), %rdx
        andq $-16, %rsp
        call sb_exception
        jmp sb_stop
