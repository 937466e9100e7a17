"""What scenes are made with: shapes, noise, random numbers that never change, and the assembler of placed props."""
